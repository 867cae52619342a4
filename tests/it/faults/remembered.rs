//! What a command that was killed has made is not remembered before it is on the disk: a power cut
//! would take it back, and what is remembered would be ahead of it.

use std::fs;

use super::deeds::DEEDS;
use super::disk::{self, How};
use super::scene::Scene;
use crate::support::skip;

/// The generation that the pin knows.
fn remembered(scene: &Scene) -> u64 {
    let pins = fs::read_dir(scene.home.state().join("pins")).unwrap();
    let pins = pins.map(|entry| entry.unwrap().path());
    let json = pins.filter(|path| path.extension().is_some_and(|end| end == "json"));
    let read = |path| serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    let pins = json.map(read).filter_map(|pin: serde_json::Value| pin["generation"].as_u64());
    pins.max().unwrap()
}

/// Kills the deed after the journal is gone, and before the disk has been asked to confirm that.
fn kill_between(scene: &Scene) {
    let deed = DEEDS.iter().find(|deed| deed.name == "revoke").unwrap();
    let mut before = String::new();
    for n in 1.. {
        scene.restore();
        let step = disk::run(scene, deed, How::Kill, n).step.expect("it has such a step");
        if before.contains("unlink") && step.contains("sync-folder") {
            return;
        }
        before = step;
    }
}

#[test]
fn who_reads_a_state_waits_for_the_disk_before_it_is_remembered() {
    if let Some(why) = disk::missing() {
        return skip(why);
    }
    let scene = Scene::of(&DEEDS[DEEDS.len() - 1]);
    let before = remembered(&scene);
    kill_between(&scene);
    assert_eq!(remembered(&scene), before);
    let list = scene.words("list --keyfile robot.key");
    let failing = disk::run_args(&scene, &list, b"", How::Broken, 1);
    let folder = scene.home.vault().parent().unwrap().canonicalize().unwrap();
    assert_eq!(failing.step, Some(format!("1 sync-folder {}", folder.display())));
    assert_eq!((failing.run.code, remembered(&scene)), (0, before), "{failing:?}");
    assert_eq!(disk::run_args(&scene, &list, b"", How::Kill, 1000).run.code, 0);
    assert_eq!(remembered(&scene), before + 1, "a disk that confirms it is believed");
}
