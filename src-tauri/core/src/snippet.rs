//! Ready-to-paste snippets that contain a token, by where the token goes: an agent, a core instance, a script, or a place that
//! keeps secrets. They are made without the value, which is inserted last, on its way to the clipboard.

use calyptia_api::Server;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use crate::messages::{ErrorCode, Problem, Snippet, SnippetFormat, SnippetRequest};

/// The longest object name that Kubernetes accepts everywhere.
const MAX_SECRET_NAME: usize = 63;
/// Stands for the name of a fleet that nobody has chosen.
const FLEET: &str = "your-fleet";
/// Everything in an address that a shell or YAML could take for something else. An address means the same with it
/// percent-encoded.
const SPECIAL: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b':')
    .remove(b'/')
    .remove(b'%')
    .remove(b'[')
    .remove(b']');

/// The text around a token's value.
///
/// # Errors
/// If the format has no way to express the server's address, or would interpret it.
pub(crate) fn snippet(request: &SnippetRequest, server: &Server) -> Result<Snippet, Problem> {
    let SnippetRequest { format, project, name, fleet } = request;
    let address = utf8_percent_encode(server.as_str(), SPECIAL);
    let object = object_name(name);
    let (before, after) = match format {
        SnippetFormat::FluentBit => (
            "customs:\n  - name: calyptia\n    api_key: \"".into(),
            format!(
                "\"\n    fleet_name: {}\n{}",
                fleet_name(fleet.as_deref())?,
                fluent_bit_server(server, yaml_line)?
            ),
        ),
        SnippetFormat::FluentBitClassic => (
            "[CUSTOM]\n    name          calyptia\n    api_key       ".into(),
            format!("\n{}", fluent_bit_server(server, |key, value| format!("    {key:13} {value}\n"))?),
        ),
        // The chart takes the name of a Secret and a key in it.
        SnippetFormat::CoreInstance => (
            format!(
                "# Values of the core instance's chart:\n#   cloudTokenSec:\n#     name: \"{object}\"\n#     key: \"token\"\n{}\
                 stringData:\n  token: \"",
                secret_head(&object)
            ),
            "\"\n".into(),
        ),
        // A leading space keeps the line out of the history of shells configured that way, some by default.
        // The address comes first: the CLI sends the token to the server it knows.
        SnippetFormat::Cli => {
            (format!(" calyptia config set_url '{address}'\n calyptia config set_token "), String::new())
        }
        SnippetFormat::Environment => {
            (format!("CALYPTIA_CLOUD_URL={address}\nCALYPTIA_CLOUD_TOKEN="), "\n".into())
        }
        // Through standard input, because everybody on the machine can read the arguments of a process; printf is part of
        // the shell. Not through a here-document: zsh, and bash before 5.1, write those to a temporary file. On one line,
        // so that the leading space covers all of it.
        SnippetFormat::Curl => (
            " printf 'X-Project-Token: %s\\n' '".into(),
            format!("' | curl --globoff --header @- '{address}/v1/projects/{project}'"),
        ),
        SnippetFormat::KubernetesSecret => (
            format!(
                "{}stringData:\n  CALYPTIA_CLOUD_URL: \"{address}\"\n  CALYPTIA_CLOUD_TOKEN: \"",
                secret_head(&object)
            ),
            "\"\n".into(),
        ),
        // Both read the value from standard input, for the same reason as curl.
        SnippetFormat::GithubActions => {
            (" printf %s '".into(), "' | gh secret set CALYPTIA_CLOUD_TOKEN".into())
        }
        SnippetFormat::Vault => {
            (" printf %s '".into(), format!("' | vault kv put -mount=secret calyptia/{object} token=-"))
        }
    };
    Ok(Snippet { before, after })
}

/// The whole text, for the clipboard.
///
/// # Errors
/// If the value contains characters that a format would interpret.
pub(crate) fn fill(
    request: &SnippetRequest,
    server: &Server,
    value: &SecretString,
) -> Result<SecretString, Problem> {
    let Snippet { before, after } = snippet(request, server)?;
    let value = value.expose_secret();
    if !is_plain(value) {
        let why = "the value holds characters that mean something else there";
        return Err(Problem::new(ErrorCode::ValueNotPlain, why));
    }
    // At its exact length, so that no buffer it outgrew keeps a copy.
    let mut text = String::with_capacity(before.len() + value.len() + after.len());
    for part in [&before, value, &after] {
        text.push_str(part);
    }
    Ok(SecretString::from(text))
}

/// Whether a shell, YAML and Fluent Bit read a value as it is written. The documented format qualifies: Base64 for URLs,
/// and a dot.
fn is_plain(value: &str) -> bool {
    value.starts_with(|first: char| first.is_ascii_alphanumeric())
        && value.chars().all(|c| c.is_ascii_alphanumeric() || "-_.~+/=".contains(c))
}

/// The settings for another server than the vendor's, each as `line` writes it.
fn fluent_bit_server(server: &Server, line: impl Fn(&str, &str) -> String) -> Result<String, Problem> {
    if *server == Server::production() {
        return Ok(String::new());
    }
    let url =
        Url::parse(server.as_str()).map_err(|error| Problem::new(ErrorCode::Internal, error.to_string()))?;
    if url.path() != "/" {
        let why = "Fluent Bit has no setting for the path of a server";
        return Err(Problem::new(ErrorCode::ServerPathImpossible, why));
    }
    // A resolver expects an IPv6 address without its brackets.
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    // A URL's host can contain `${…}`, which Fluent Bit replaces with an environment variable; it has no way to escape it.
    if !host.chars().all(|c| c.is_ascii_alphanumeric() || "-._:".contains(c)) {
        let why = "Fluent Bit would interpret characters of the server's name";
        return Err(Problem::new(ErrorCode::ServerHostImpossible, why));
    }
    let port = url.port_or_known_default().map(|port| line("calyptia_port", &port.to_string()));
    let tls = if url.scheme() == "https" { "on" } else { "off" };
    Ok(line("calyptia_host", host) + &port.unwrap_or_default() + &line("calyptia_tls", tls))
}

/// An IPv6 address would be a key to YAML.
fn yaml_line(key: &str, value: &str) -> String {
    let quote = if value.contains(':') { "\"" } else { "" };
    format!("    {key}: {quote}{value}{quote}\n")
}

/// Whether Fluent Bit reads the name of a fleet as it is written. It replaces `${…}` with an environment variable, has no way to
/// escape that, and ends a text at a NUL.
pub(crate) fn can_name_fleet(name: &str) -> bool {
    !name.contains("${") && !name.contains('\0')
}

fn fleet_name(chosen: Option<&str>) -> Result<String, Problem> {
    let name = chosen.unwrap_or(FLEET);
    if !can_name_fleet(name) {
        // The page only offers names that can be written.
        return Err(Problem::new(ErrorCode::Internal, "Fluent Bit would interpret the name of the fleet"));
    }
    Ok(yaml_text(name))
}

/// A double-quoted scalar, which YAML reads back exactly. What nobody would see is escaped, so that the text shows what it is.
fn yaml_text(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            // Rust escapes this one as well, and what is not printable.
            '\'' => quoted.push(c),
            _ if c.escape_debug().len() == 1 => quoted.push(c),
            _ => quoted.push_str(&match u32::from(c) {
                code @ ..0x1_0000 => format!("\\u{code:04X}"),
                code => format!("\\U{code:08X}"),
            }),
        }
    }
    quoted.push('"');
    quoted
}

/// A Kubernetes Secret, up to its contents.
fn secret_head(object: &str) -> String {
    format!("apiVersion: v1\nkind: Secret\nmetadata:\n  name: \"{object}\"\ntype: Opaque\n")
}

/// A token's name as a Kubernetes object name: lower case, digits and hyphens. If more than case and punctuation is lost, a hash of the
/// name follows, so that the secret of one token does not replace that of another.
fn object_name(name: &str) -> String {
    let mut plain = String::new();
    for c in name.chars().map(|c| c.to_ascii_lowercase()) {
        if c.is_ascii_alphanumeric() {
            plain.push(c);
        } else if !plain.is_empty() && !plain.ends_with('-') {
            plain.push('-');
        }
    }
    let hash = if name.is_ascii() && plain.len() <= MAX_SECRET_NAME {
        String::new()
    } else {
        format!("-{:08x}", fnv_1a(name))
    };
    plain.truncate(MAX_SECRET_NAME - hash.len());
    let plain = match plain.trim_end_matches('-') {
        "" => "calyptia-token",
        plain => plain,
    };
    format!("{plain}{hash}")
}

/// The FNV-1a hash of a text, of 32 bits: the same on every computer and in every version.
fn fnv_1a(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;
    use yaml_rust2::{Yaml, YamlLoader};

    use super::*;

    const FORMATS: [SnippetFormat; 9] = [
        SnippetFormat::FluentBit,
        SnippetFormat::FluentBitClassic,
        SnippetFormat::CoreInstance,
        SnippetFormat::Cli,
        SnippetFormat::Environment,
        SnippetFormat::Curl,
        SnippetFormat::KubernetesSecret,
        SnippetFormat::GithubActions,
        SnippetFormat::Vault,
    ];
    const VALUE: &str = "eyJUb2tlbklEIjoi-_.x0E61U";

    fn request(format: SnippetFormat, name: &str) -> SnippetRequest {
        SnippetRequest { format, project: Uuid::from_u128(7), name: name.into(), fleet: None }
    }

    fn server(text: &str) -> Server {
        Server::parse(text).expect("an address")
    }

    fn text(format: SnippetFormat, at: &Server) -> String {
        fill(&request(format, "Edge agent, EU"), at, &VALUE.into())
            .expect("a text")
            .expose_secret()
            .to_owned()
    }

    /// The output of a script.
    #[cfg(unix)]
    fn sh(script: &str) -> String {
        output(std::process::Command::new("sh").args(["-euc", script])).expect("a shell")
    }

    /// What a command writes; `None` if it is not installed.
    #[cfg(unix)]
    fn output(command: &mut std::process::Command) -> Option<String> {
        let run = match command.output() {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return None,
            run => run.expect("a process"),
        };
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        Some(String::from_utf8(run.stdout).expect("text"))
    }

    #[test]
    fn the_text_is_the_snippet_shown_with_the_value_in_it() {
        for format in FORMATS {
            let request = request(format, "edge");
            let Snippet { before, after } = snippet(&request, &Server::production()).expect("a text");
            let whole = fill(&request, &Server::production(), &VALUE.into()).expect("a text");
            assert_eq!(*whole.expose_secret(), [&before, VALUE, &after].concat());
        }
    }

    #[test]
    #[cfg(unix)]
    fn a_shell_passes_the_value_where_the_program_expects_it() {
        // The second path has characters that a shell interprets.
        for address in ["https://cloud-api.calyptia.com", "https://example.com/a'b$(c):~/"] {
            let server = server(address);
            let project = Uuid::from_u128(7);
            let shown = utf8_percent_encode(server.as_str(), SPECIAL).to_string();

            let cli = text(SnippetFormat::Cli, &server);
            let ran = sh(&format!("calyptia() {{ printf '%s|' \"$@\"; }}\n{cli}"));
            assert_eq!(ran, format!("config|set_url|{shown}|config|set_token|{VALUE}|"));

            let curl = text(SnippetFormat::Curl, &server);
            let ran = sh(&format!("curl() {{ printf '%s|' \"$@\"; cat; }}\n{curl}"));
            let url = format!("{shown}/v1/projects/{project}");
            assert_eq!(
                ran,
                format!("--globoff|--header|@-|{url}|X-Project-Token: {VALUE}\n"),
                "not among the arguments"
            );

            let file = text(SnippetFormat::Environment, &server);
            let ran = sh(&format!("{file}\nprintf %s \"$CALYPTIA_CLOUD_URL $CALYPTIA_CLOUD_TOKEN\""));
            assert_eq!(ran, format!("{shown} {VALUE}"));
            assert_eq!(Server::parse(&shown).map(|again| again.host()), Ok(server.host()));
        }
    }

    #[test]
    fn the_curl_snippet_is_one_line_without_a_here_document() {
        let curl = text(SnippetFormat::Curl, &Server::production());
        assert!(curl.starts_with(' '), "{curl}");
        assert!(!curl.contains('\n') && !curl.contains("<<"), "{curl}");
        let (_, of_curl) = curl.split_once('|').expect("a pipe");
        assert!(!of_curl.contains(VALUE), "among the arguments: {curl}");
    }

    #[test]
    #[cfg(unix)]
    fn no_other_process_than_the_shell_gets_the_value_from_the_curl_snippet() {
        let curl = text(SnippetFormat::Curl, &Server::production());
        // Without a PATH only what is part of the shell can run.
        let script = format!("curl() {{ IFS= read -r line; printf '%s|' \"$line\"; }}\n{curl}");
        let mut shells = 0;
        for (shell, options) in [("/bin/sh", "-euc"), ("/bin/bash", "-euc"), ("/bin/zsh", "-fec")] {
            let mut command = std::process::Command::new(shell);
            command
                .args([options, &script])
                .env_clear()
                .env("PATH", "/nonexistent")
                .env("TMPDIR", "/nonexistent");
            let Some(ran) = output(&mut command) else { continue };
            assert_eq!(ran, format!("X-Project-Token: {VALUE}|"), "{shell}");
            shells += 1;
        }
        assert!(shells > 0, "no shell is installed");
    }

    #[test]
    fn kubernetes_gets_a_secret_of_an_acceptable_name() {
        let text = text(SnippetFormat::KubernetesSecret, &Server::production());
        assert!(text.contains("\n  name: \"edge-agent-eu\"\n"), "{text}");
        assert!(text.ends_with(&format!("\n  CALYPTIA_CLOUD_TOKEN: \"{VALUE}\"\n")), "{text}");
        assert_eq!(object_name("--"), "calyptia-token");
        assert_eq!(fnv_1a("foobar"), 0xbf9c_f968, "a published test vector");
        let (one, other) = (object_name("生产"), object_name("测试"));
        assert!(one.starts_with("calyptia-token-") && one != other, "{one} {other}");
        assert_eq!(object_name("a: \"b\"\nc"), "a-b-c");
        let long = |end: &str| object_name(&format!("{}{end}", "a".repeat(62)));
        assert_eq!(long("-"), "a".repeat(62), "no hyphen at the end");
        assert_eq!(long("-b").len(), MAX_SECRET_NAME);
        assert_ne!(long("-b"), long("-c"));
    }

    #[test]
    fn fluent_bit_gets_the_address_of_every_server_but_the_vendors() {
        let at = |address| text(SnippetFormat::FluentBitClassic, &server(address));
        let vendors = at("https://cloud-api.calyptia.com");
        assert_eq!(vendors, format!("[CUSTOM]\n    name          calyptia\n    api_key       {VALUE}\n"));
        let own = at("https://calyptia.example:8443");
        let expected = "    calyptia_host calyptia.example\n    calyptia_port 8443\n    calyptia_tls  on\n";
        assert_eq!(own, [vendors.as_str(), expected].concat());
        assert!(at("http://localhost:5000").ends_with("_port 5000\n    calyptia_tls  off\n"));
        assert!(at("http://[::1]:5000").contains("_host ::1\n"));
        let path = snippet(&request(SnippetFormat::FluentBit, "a"), &server("https://example.com/api"));
        assert_eq!(path.expect_err("no path").code, ErrorCode::ServerPathImpossible);
    }

    /// The documents of a YAML text, by a parser that nobody here wrote.
    fn yaml(text: &str) -> Vec<Yaml> {
        YamlLoader::load_from_str(text).expect("YAML")
    }

    #[test]
    fn fluent_bit_reads_the_new_form_as_yaml() {
        for (address, more) in [
            ("https://cloud-api.calyptia.com", None),
            ("https://calyptia.example:8443", Some(("calyptia.example", 8443, "on"))),
            ("http://[::1]:5000", Some(("::1", 5000, "off"))),
        ] {
            let read = yaml(&text(SnippetFormat::FluentBit, &server(address)));
            let custom = &read[0]["customs"][0];
            assert_eq!(custom["name"].as_str(), Some("calyptia"));
            assert_eq!(custom["api_key"].as_str(), Some(VALUE));
            assert_eq!(custom["fleet_name"].as_str(), Some(FLEET));
            let own = custom["calyptia_host"].as_str().map(|host| {
                let port = custom["calyptia_port"].as_i64().expect("a port");
                (host, port, custom["calyptia_tls"].as_str().expect("on or off, as a text"))
            });
            assert_eq!(own, more, "{address}");
        }
    }

    #[test]
    fn yaml_reads_the_name_of_a_fleet_as_it_is() {
        let ascii: String = (1..=127).map(char::from).filter(|c| *c != '$').collect();
        for name in [
            "edge-eu",
            "true",
            "- a: b # c",
            r#"payments "PCI" \ 'x' \n %"#,
            "  spaces  ",
            "東京エッジ 🚀 Größe e\u{301}",
            "\u{85}\u{a0}\u{ad}\u{2028}\u{202e}\u{feff}\u{fffe}\u{e0041}\u{10ffff}",
            "a\nb\r\n\tc\u{7f}\u{1b}[0m",
            "$ {HOME} $HOME {a}",
            &ascii,
        ] {
            let request =
                SnippetRequest { fleet: Some(name.into()), ..request(SnippetFormat::FluentBit, "a") };
            let Snippet { before, after } = snippet(&request, &Server::production()).expect(name);
            assert!(!after.trim_end().trim_start_matches("\"\n").contains(char::is_control), "{after:?}");
            let read = yaml(&[&before, VALUE, &after].concat());
            assert_eq!(read[0]["customs"][0]["fleet_name"].as_str(), Some(name));
            assert_eq!(read[0]["customs"][0]["api_key"].as_str(), Some(VALUE));
        }
    }

    #[test]
    fn a_fleet_whose_name_fluent_bit_would_interpret_is_neither_offered_nor_written() {
        for name in ["${HOME}", "a${b", "a\0b"] {
            assert!(!can_name_fleet(name), "{name}");
            for format in FORMATS {
                let request = SnippetRequest { fleet: Some(name.into()), ..request(format, "a") };
                let made = snippet(&request, &Server::production());
                assert_eq!(made.is_err(), format == SnippetFormat::FluentBit, "only that one has a fleet");
            }
        }
    }

    /// Of maps and texts only.
    fn json(yaml: &Yaml) -> serde_json::Value {
        match yaml {
            Yaml::Hash(fields) => fields
                .iter()
                .map(|(name, value)| (name.as_str().expect("a name").to_owned(), json(value)))
                .collect(),
            other => other.as_str().expect("a text").into(),
        }
    }

    #[test]
    fn kubernetes_and_the_chart_read_their_manifests_as_yaml() {
        for (format, key) in [
            (SnippetFormat::KubernetesSecret, "CALYPTIA_CLOUD_TOKEN"),
            (SnippetFormat::CoreInstance, "token"),
        ] {
            let read = yaml(&text(format, &Server::production()));
            let [secret] = read.as_slice() else { panic!("one document: {read:?}") };
            assert_eq!(secret["apiVersion"].as_str(), Some("v1"));
            assert_eq!(secret["kind"].as_str(), Some("Secret"));
            assert_eq!(secret["metadata"]["name"].as_str(), Some("edge-agent-eu"));
            assert_eq!(secret["stringData"][key].as_str(), Some(VALUE));
            // A kind and a version that the schema does not know fail, and a field is lost.
            let read: k8s_openapi::api::core::v1::Secret =
                serde_json::from_value(json(secret)).expect("a Secret by the schema of Kubernetes");
            assert_eq!(serde_json::to_value(read).expect("JSON"), json(secret));
        }
        let manifest = text(SnippetFormat::CoreInstance, &Server::production());
        let comments = manifest.lines().filter_map(|line| line.strip_prefix("#   "));
        let values = yaml(&comments.collect::<Vec<_>>().join("\n"));
        assert_eq!(values[0]["cloudTokenSec"]["name"].as_str(), Some("edge-agent-eu"));
        assert_eq!(values[0]["cloudTokenSec"]["key"].as_str(), Some("token"));
    }

    #[test]
    #[cfg(unix)]
    fn what_keeps_secrets_reads_the_value_from_standard_input() {
        for (format, program, arguments) in [
            (SnippetFormat::GithubActions, "gh", "secret|set|CALYPTIA_CLOUD_TOKEN|"),
            (SnippetFormat::Vault, "vault", "kv|put|-mount=secret|calyptia/edge-agent-eu|token=-|"),
        ] {
            let line = text(format, &Server::production());
            assert!(line.starts_with(' ') && !line.contains('\n'), "{line}");
            let ran = sh(&format!("{program}() {{ printf '%s|' \"$@\"; cat; }}\n{line}"));
            assert_eq!(ran, format!("{arguments}{VALUE}"));
        }
    }

    #[test]
    fn fluent_bit_gets_no_server_name_that_it_would_interpret() {
        for host in ["${HOME}.example.com", "a${b}", "$a.example.com", "{a}.example.com", "a}b", "a*b"] {
            let Ok(server) = Server::parse(&format!("https://{host}")) else { continue };
            for format in FORMATS {
                let made = snippet(&request(format, "a"), &server);
                if matches!(format, SnippetFormat::FluentBit | SnippetFormat::FluentBitClassic) {
                    assert_eq!(made.expect_err(host).code, ErrorCode::ServerHostImpossible);
                } else {
                    let made = made.expect(host);
                    assert!(!(made.before + &made.after).contains(['$', '{', '}', '*']), "{host}");
                }
            }
        }
        assert!(
            Server::parse("https://${HOME}.example.com").is_ok(),
            "the test tries what a person can enter"
        );
    }

    #[test]
    fn a_value_that_would_be_interpreted_is_refused() {
        for value in ["", "-v", "a b", "a\nb", "a'b", "a\"b", "$(a)", "${A}", "a#b", "é"] {
            for format in FORMATS {
                let refused = fill(&request(format, "a"), &Server::production(), &value.into());
                let problem = refused.expect_err(value);
                assert_eq!(problem.code, ErrorCode::ValueNotPlain);
                assert!(value.len() < 2 || !format!("{problem:?}").contains(value));
            }
        }
    }
}
