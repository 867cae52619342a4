//! A disk that is really full: small file systems in memory, from one without any room to one with
//! enough.

use std::process::Command;

use super::deeds::DEEDS;
use super::scene::Scene;
use crate::support::{Run, skip, tool};

/// Mounts a file system of so many KiB over a folder, with what is in it, runs the command, makes room,
/// and looks at the vault.
const SCRIPT: &str = r#"
folder=$1 size=$2 keyctl=$3; shift 3
cp -a "$folder" copy && mount -t tmpfs -o "size=${size}k,mode=700" tmpfs "$folder" || exit 99
cp -a copy/. "$folder" 2>/dev/null || { echo small; exit; }
"$keyctl" "$@" --keyfile robot.key --yes >answer 2>trouble; echo "command $?"
find "$folder" -name '*.tmp' | sed 's/^/left /'
mount -o remount,size=64m "$folder"
"$keyctl" vault check -q --keyfile robot.key >/dev/null 2>>trouble; echo "check $?"
"$keyctl" list --keyfile robot.key --field name | grep -c new
"$keyctl" create --project x --name after -q --keyfile robot.key >/dev/null 2>>trouble; echo "next $?"
"#;

fn on_a_small_disk(scene: &Scene, folder: &str, kib: usize, line: &str) -> Run {
    scene.restore();
    let inner = scene.home.command([]);
    let mut command = Command::new("unshare");
    command.args(["--mount", "sh", "-c", SCRIPT, "sh", folder, &kib.to_string()]);
    command.arg(inner.get_program()).args(line.split_whitespace()).env_clear();
    for (name, value) in inner.get_envs() {
        command.env(name, value.unwrap());
    }
    command.current_dir(scene.home.path());
    Run::after(command)
}

/// Runs a command with more and more room until it is done; how often there was too little.
fn fill(scene: &Scene, folder: &str, line: &str) -> usize {
    let mut refused = 0;
    for kib in (0..2_000).step_by(4).skip(1) {
        let run = on_a_small_disk(scene, folder, kib, line);
        let said: Vec<&str> = run.stdout.lines().collect();
        let trouble = std::fs::read_to_string(scene.home.file("trouble")).unwrap_or_default();
        match said.as_slice() {
            ["small"] => {}
            ["command 0", "check 0", "1", "next 0"] => return refused,
            ["command 1", "check 0", "0", "next 0"] => {
                assert!(trouble.contains("\nhint: ") && trouble.contains("room"), "{trouble}");
                refused += 1;
            }
            _ => panic!("{folder} of {kib} KiB: {run:?} {trouble}"),
        }
    }
    panic!("{line} never had enough room");
}

#[test]
fn a_vault_on_a_full_disk_is_as_it_was_until_there_is_room() {
    let scene = Scene::of(&DEEDS[DEEDS.len() - 1]);
    let mut mount = Command::new("unshare");
    mount.args(["--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]);
    if !tool("unshare") || !mount.status().is_ok_and(|status| status.success()) {
        return skip("no file system can be mounted here");
    }
    let create = "create --project shop --name new --scope read";
    let refused = fill(&scene, "data/keyctl", create);
    assert!(refused > 3, "there was room too soon: {refused}");
}
