//! `--snippet` of `create` and `rotate`: a command with the token in it, ready to paste, in place
//! of the token.

use std::fs;
use std::process::Command;

use crate::support::{Home, Run, skip, tool};

const LANGUAGES: [&str; 4] = ["curl", "httpie", "python", "node"];

/// `create -q` in the project `shop`, with a snippet and these flags.
fn create(home: &Home, language: &str, flags: &[&str]) -> Run {
    let args = ["create", "--project", "shop", "--scope", "read", "-q", "--snippet", language];
    home.run(args.into_iter().chain(flags.iter().copied()))
}

/// The tokens in a text.
fn tokens(text: &str) -> Vec<&str> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    words.filter(|word| word.len() >= 69 && word.starts_with("kc_")).collect()
}

/// The line with the method and the URL of a curl snippet with that path and kind.
fn request(home: &Home, kind: &str, paths: &[&str]) -> String {
    let paths = paths.iter().flat_map(|path| ["--path", *path]);
    let flags: Vec<&str> = ["--kind", kind].into_iter().chain(paths).collect();
    let run = create(home, "curl", &flags);
    assert_eq!(run.code, 0, "{}", run.stderr);
    run.stdout.lines().next().unwrap().trim_end_matches(" \\").to_owned()
}

/// The words that a shell makes of a snippet, one in each line.
fn words(home: &Home, snippet: &str) -> Vec<String> {
    let (_, rest) = snippet.split_once(' ').unwrap();
    let run = home.script(&format!("printf '%s\\n' {rest}"));
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{snippet}");
    run.stdout.lines().map(str::to_owned).collect()
}

#[test]
fn a_curl_snippet_is_alone_on_stdout_and_the_summary_on_stderr() {
    let home = Home::new();
    let args = ["create", "--project", "shop", "--scope", "read", "--name", "bot"];
    let run = home.run(args.into_iter().chain(["--snippet", "curl"]));
    insta::assert_snapshot!(run.shown(&home), @"
    exit 0
    --- stdout
    curl --request GET 'https://example.com/' \\
      --header 'Authorization: Bearer [kc-dev-token]'
    --- stderr
    note: the key never expires; --expires 90d would end it by itself
    Created [id] (bot, project shop).
      environment development, owner tester
      scopes read
      expires never
    The token is shown only now: put it where it belongs.
    ");
}

#[test]
fn an_httpie_snippet() {
    let home = Home::new();
    insta::assert_snapshot!(create(&home, "httpie", &[]).shown(&home), @"
    exit 0
    --- stdout
    http GET 'https://example.com/' 'Authorization: Bearer [kc-dev-token]'
    ");
}

#[test]
fn a_python_snippet() {
    let home = Home::new();
    insta::assert_snapshot!(create(&home, "python", &[]).shown(&home), @r#"
    exit 0
    --- stdout
    import urllib.request

    request = urllib.request.Request(
        "https://example.com/",
        method="GET",
        headers={"Authorization": "Bearer [kc-dev-token]"},
    )
    print(urllib.request.urlopen(request).status)
    "#);
}

#[test]
fn a_node_snippet() {
    let home = Home::new();
    insta::assert_snapshot!(create(&home, "node", &[]).shown(&home), @r#"
    exit 0
    --- stdout
    const response = await fetch("https://example.com/", {
      method: "GET",
      headers: { Authorization: "Bearer [kc-dev-token]" },
    });
    console.log(response.status);
    "#);
}

#[test]
fn the_token_is_in_it_once_and_is_the_keys() {
    let home = Home::new();
    for language in LANGUAGES {
        let run = create(&home, language, &["--env", "production"]);
        let found = tokens(&run.stdout);
        assert_eq!(found.len(), 1, "{}", run.stdout);
        assert_eq!(home.verify(found[0], &["--env", "production"]).code, 0);
        assert_eq!(run.stderr, "");
        let loud = home.run(["create", "--project", "shop", "--snippet", language]);
        assert_eq!((loud.code, tokens(&loud.stdout).len()), (0, 1));
        assert!(
            !loud.stderr.contains(tokens(&loud.stdout)[0].rsplit('_').next().unwrap()),
            "{}",
            loud.stderr
        );
    }
}

#[test]
fn a_webhook_is_posted_to_and_everything_else_got() {
    let home = Home::new();
    let text = ["general", "personal", "webhook"].map(|kind| request(&home, kind, &[])).join("\n");
    insta::assert_snapshot!(text, @"
    curl --request GET 'https://example.com/'
    curl --request GET 'https://example.com/'
    curl --request POST 'https://example.com/'
    ");
}

#[test]
fn method_and_path_are_those_of_the_first_path() {
    let home = Home::new();
    let cases: [(&str, &[&str]); 5] = [
        ("general", &["PUT /v1/orders", "DELETE /v2/other"]),
        ("general", &["/v1/orders"]),
        ("general", &["patch /v1/orders"]),
        ("webhook", &["/hooks/orders"]),
        ("webhook", &["PUT /hooks/orders"]),
    ];
    let lines = cases.map(|(kind, paths)| request(&home, kind, paths)).join("\n");
    insta::assert_snapshot!(lines, @"
    curl --request PUT 'https://example.com/v1/orders'
    curl --request GET 'https://example.com/v1/orders'
    curl --request PATCH 'https://example.com/v1/orders'
    curl --request POST 'https://example.com/hooks/orders'
    curl --request PUT 'https://example.com/hooks/orders'
    ");
}

#[test]
fn every_language_has_the_method_and_the_path() {
    let home = Home::new();
    for language in LANGUAGES {
        let run = create(&home, language, &["--path", "PUT /v1/orders"]);
        let text = run.stdout;
        assert!(text.contains("PUT") && text.contains("https://example.com/v1/orders"), "{text}");
        assert!(!text.contains("GET"), "{text}");
    }
}

#[test]
fn a_pattern_is_followed_as_far_as_it_is_fixed() {
    let home = Home::new();
    for path in ["/v1/orders/**", "/v1/orders/*/items", "/v1/orders/*", "/v1/orders*"] {
        let line = request(&home, "general", &[&format!("GET {path}")]);
        assert!(!line.contains('*'), "{line}");
        assert!(line.contains("'https://example.com/v1/orders"), "{line}");
    }
    insta::assert_snapshot!(request(&home, "general", &["/**"]), @"curl --request GET 'https://example.com/'");
}

#[test]
fn a_shell_reads_the_words_as_they_are_meant() {
    let home = Home::new();
    let path = "/it's/$(touch$IFS'pwned')/`id`/\"&;|<>!";
    let flags = ["--path", path];
    let url = format!("https://example.com{path}");
    let run = create(&home, "curl", &flags);
    let header = format!("Authorization: Bearer {}", tokens(&run.stdout)[0]);
    assert_eq!(words(&home, &run.stdout), ["--request", "GET", &url, "--header", &header]);
    let run = create(&home, "httpie", &flags);
    let header = format!("Authorization: Bearer {}", tokens(&run.stdout)[0]);
    assert_eq!(words(&home, &run.stdout), ["GET", &url, &header]);
    assert!(!home.file("pwned").exists());
}

#[test]
fn a_program_gets_the_path_as_it_is_meant() {
    if !tool("python3") {
        return skip("there is no python3");
    }
    let home = Home::new();
    let run = create(&home, "python", &["--path", "PUT /it's/\"/$x"]);
    let token = tokens(&run.stdout)[0];
    home.write("snippet.py", &run.stdout);
    // A network that only says what it was asked for.
    let fake = "import urllib.request\n\nclass Answer:\n    status = 204\n\ndef say(request):\n    \
                print(request.get_method(), request.full_url, request.header_items())\n    \
                return Answer\n\nurllib.request.urlopen = say\nexec(open('snippet.py').read())\n";
    home.write("fake.py", fake);
    let mut python = Command::new("python3");
    python.args(["-B", "fake.py"]).current_dir(home.path());
    let said = Run::after(python);
    let header = format!("[('Authorization', 'Bearer {token}')]");
    let wanted = format!("PUT https://example.com/it's/\"/$x {header}\n204\n");
    assert_eq!((said.stdout, said.stderr), (wanted, String::new()));
}

#[test]
fn a_python_snippet_compiles() {
    if !tool("python3") {
        return skip("there is no python3");
    }
    let home = Home::new();
    for path in ["/v1/orders", "/it's/\"quoted\"/ä", "/end'''\"\"\""] {
        home.write("snippet.py", create(&home, "python", &["--path", path]).stdout);
        let mut python = Command::new("python3");
        python.args(["-m", "py_compile", "snippet.py"]).current_dir(home.path());
        let run = Run::after(python);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{path}");
        assert!(fs::exists(home.file("__pycache__")).unwrap(), "it was compiled");
    }
}

#[test]
fn a_snippet_and_another_form_of_answer_are_usage() {
    let home = Home::new();
    home.token("bot");
    for verb in [&["create", "--project", "shop"][..], &["rotate", "bot"]] {
        for other in [&["-o", "json"][..], &["-o", "table"], &["--json"], &["--field", "token"]] {
            let args = verb.iter().chain(&["--snippet", "curl"]).chain(other).copied();
            let run = home.run(args);
            assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{verb:?} {other:?}");
            assert!(run.stderr.contains("--snippet"), "{}", run.stderr);
        }
    }
    for end in ["--finish", "--cancel"] {
        assert_eq!(home.run(["rotate", "bot", "--snippet", "curl", end]).code, 2, "{end}");
    }
    assert_eq!(home.json(["show", "bot"])["generation"], 1);
    assert_eq!(home.json(["list"]).as_array().unwrap().len(), 1);
}

#[test]
fn a_language_that_is_not_known_names_those_that_are() {
    let home = Home::empty();
    let run = create(&home, "cobol", &[]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    for language in LANGUAGES {
        assert!(run.stderr.contains(language), "{}", run.stderr);
    }
}

#[test]
fn a_configured_output_format_never_changes_it() {
    let home = Home::new();
    let args = ["create", "--project", "shop", "--scope", "read", "-q", "--snippet", "httpie"];
    let run = home.run_in(&[("KEYCTL_OUTPUT", "json")], args);
    insta::assert_snapshot!(run.shown(&home), @"
    exit 0
    --- stdout
    http GET 'https://example.com/' 'Authorization: Bearer [kc-dev-token]'
    ");
}

#[test]
fn a_rotation_gives_the_new_token_in_a_snippet() {
    let home = Home::new();
    let args = ["create", "--project", "shop", "--scope", "read", "--name", "bot"];
    let old = home.ok(args.into_iter().chain(["--path", "POST /v1/deploys"]));
    let run = home.run(["rotate", "bot", "--snippet", "curl", "--grace", "1h"]);
    insta::assert_snapshot!(run.shown(&home), @r"
    exit 0
    --- stdout
    curl --request POST 'https://example.com/v1/deploys' \
      --header 'Authorization: Bearer [kc-dev-token]'
    --- stderr
    Rotated [id] (bot, project shop) to generation 2. The old token goes on until [time].
      environment development, owner tester
      scopes read
      expires never
    The token is shown only now: put it where it belongs.
    ");
    let new = tokens(&run.stdout)[0];
    assert_ne!(new, old);
    let flags = ["--path", "/v1/deploys", "--method", "POST", "--field", "code", "-q"];
    assert_eq!(home.verify(new, &flags).stdout, "VALID\n");
}

#[test]
fn a_snippet_that_cannot_be_written_names_the_key() {
    let home = Home::new();
    home.token("bot");
    let id = home.ok(["show", "bot", "--field", "id"]);
    for language in LANGUAGES {
        let run = home.script(&format!("keyctl rotate bot -q --snippet {language} >/dev/full"));
        assert_eq!((run.code, run.stdout.as_str()), (1, ""));
        assert!(run.stderr.contains(&format!("keyctl rotate {id}")), "{}", run.stderr);
        assert_eq!(tokens(&run.stderr).len(), 0, "{}", run.stderr);
    }
    let closed = home.script("keyctl rotate bot --snippet curl >&-");
    assert!(closed.stderr.contains("nothing was changed"), "{}", closed.stderr);
    assert_eq!(home.json(["show", "bot"])["generation"], 5);
}
