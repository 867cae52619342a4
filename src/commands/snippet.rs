//! A token in a command that is ready to paste.

use clap::ValueEnum;
use keyctl_vault::Key;
use keyctl_verify::{Kind, Token};
use zeroize::Zeroizing;

/// In which language the command is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Snippet {
    /// A curl command
    Curl,
    /// An HTTPie command
    Httpie,
    /// A Python script, standard library only
    Python,
    /// A Node.js script
    Node,
}

/// Where the request goes: nobody but the reader knows the host.
const HOST: &str = "https://example.com";

impl Snippet {
    /// The command for a key, with its token in it. The method and path are those of the first
    /// path that the key is limited to, as far as they are fixed.
    pub(super) fn text(self, key: &Key, token: &Token) -> Zeroizing<String> {
        let (method, path) = target(key);
        let url = format!("{HOST}{path}");
        let token = token.expose_token();
        Zeroizing::new(match self {
            Snippet::Curl => format!(
                "curl --request {method} {} \\\n  --header 'Authorization: Bearer {token}'\n",
                shell(&url)
            ),
            Snippet::Httpie => {
                format!("http {method} {} 'Authorization: Bearer {token}'\n", shell(&url))
            }
            Snippet::Python => format!(
                "import urllib.request\n\nrequest = urllib.request.Request(\n    {},\n    method=\"{method}\",\n    headers={{\"Authorization\": \"Bearer {token}\"}},\n)\nprint(urllib.request.urlopen(request).status)\n",
                string(&url)
            ),
            Snippet::Node => format!(
                "const response = await fetch({}, {{\n  method: \"{method}\",\n  headers: {{ Authorization: \"Bearer {token}\" }},\n}});\nconsole.log(response.status);\n",
                string(&url)
            ),
        })
    }
}

fn target(key: &Key) -> (&str, &str) {
    let usual = if key.kind == Kind::Webhook { "POST" } else { "GET" };
    let Some(pattern) = key.paths.first() else { return (usual, "/") };
    let (method, path) = pattern.as_str().split_once(' ').unwrap_or((usual, pattern.as_str()));
    (method, path.split('*').next().unwrap_or("/"))
}

/// A word of a shell, whatever is in it.
fn shell(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// A string of Python and of JavaScript.
fn string(text: &str) -> String {
    serde_json::to_string(text).expect("a text is JSON")
}
