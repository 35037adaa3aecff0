//! What a token is handed over in: the lines that the CLI, a script, curl, Kubernetes or Fluent Bit take it from. They are
//! made without its value, which is put in last of all, on its way to the clipboard.

use calyptia_api::Server;
use secrecy::{ExposeSecret as _, SecretString};
use tauri::Url;
use zeroize::Zeroizing;

use crate::{
    contract::{Handover, HandoverForm, Snippet},
    problem::{ErrorCode, Problem},
};

/// The longest name of an object that Kubernetes takes wherever it takes one.
const LONGEST_SECRET_NAME: usize = 63;

/// The text around a token's value.
///
/// # Errors
/// If what the server's address says cannot be said in this form.
pub(crate) fn snippet(handover: &Handover, server: &Server) -> Result<Snippet, Problem> {
    let Handover { form, project, name } = handover;
    let address = plain_address(server);
    let (before, after) = match form {
        // Behind spaces, because shells can be told to keep such lines out of their history, and some are from the start.
        // The address first: the CLI sends the token to whichever it knows.
        HandoverForm::Cli => {
            (format!(" calyptia config set_url '{address}'\n calyptia config set_token "), String::new())
        }
        HandoverForm::Environment => {
            (format!("CALYPTIA_CLOUD_URL={address}\nCALYPTIA_CLOUD_TOKEN="), "\n".into())
        }
        // By way of standard input: anybody on the machine may read the arguments of a process.
        HandoverForm::Curl => (
            format!(
                " curl --globoff --header @- '{address}/v1/projects/{project}' <<'END'\nX-Project-Token: "
            ),
            "\nEND".into(),
        ),
        HandoverForm::KubernetesSecret => (
            format!(
                "apiVersion: v1\nkind: Secret\nmetadata:\n  name: \"{}\"\ntype: Opaque\nstringData:\n  \
                 CALYPTIA_CLOUD_URL: \"{address}\"\n  CALYPTIA_CLOUD_TOKEN: \"",
                secret_name(name)
            ),
            "\"\n".into(),
        ),
        HandoverForm::FluentBit => ("[CUSTOM]\n    name          calyptia\n    api_key       ".into(), {
            format!("\n{}", fluent_bit_server(server)?)
        }),
    };
    Ok(Snippet { before, after })
}

/// The whole text, for the clipboard.
///
/// # Errors
/// If the value is none that every form takes as it stands.
pub(crate) fn fill(
    handover: &Handover,
    server: &Server,
    value: &SecretString,
) -> Result<SecretString, Problem> {
    let Snippet { before, after } = snippet(handover, server)?;
    let value = value.expose_secret();
    if !is_plain(value) {
        let why = "the value holds characters that mean something else there";
        return Err(Problem::new(ErrorCode::ValueNotPlain, why));
    }
    let text = Zeroizing::new([&before, value, &after].concat());
    Ok(SecretString::from(text.as_str()))
}

/// Whether a value means itself in a shell, in YAML and in the configuration of Fluent Bit. The server's do: Base64 for
/// URLs, and a dot.
fn is_plain(value: &str) -> bool {
    value.starts_with(|first: char| first.is_ascii_alphanumeric())
        && value.chars().all(|c| c.is_ascii_alphanumeric() || "-_.~+/=".contains(c))
}

/// The server's address without a character that a shell or YAML takes for something else: an address says the same in
/// percent signs.
fn plain_address(server: &Server) -> String {
    let plain = |c: char| match c {
        c if c.is_ascii_alphanumeric() || "-._:/%[]".contains(c) => c.to_string(),
        // An address is ASCII throughout.
        c => format!("%{:02X}", u32::from(c)),
    };
    server.as_str().chars().map(plain).collect()
}

/// Where the agents of another server than the vendor's own report to.
fn fluent_bit_server(server: &Server) -> Result<String, Problem> {
    if *server == Server::production() {
        return Ok(String::new());
    }
    let url = Url::parse(server.as_str()).map_err(|error| Problem::new(ErrorCode::Bug, error.to_string()))?;
    if url.path() != "/" {
        let why = "Fluent Bit has no setting for the path of a server";
        return Err(Problem::new(ErrorCode::ServerPathImpossible, why));
    }
    // As a resolver wants it, of the brackets around an address of version 6 without.
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let port = url.port_or_known_default().map(|port| format!("    calyptia_port {port}\n"));
    let tls = if url.scheme() == "https" { "on" } else { "off" };
    Ok(format!("    calyptia_host {host}\n{}    calyptia_tls  {tls}\n", port.unwrap_or_default()))
}

/// A token's name as the name of an object: lower case, digits and hyphens.
fn secret_name(name: &str) -> String {
    let mut plain = String::new();
    for c in name.chars().map(|c| c.to_ascii_lowercase()) {
        if c.is_ascii_alphanumeric() {
            plain.push(c);
        } else if !plain.is_empty() && !plain.ends_with('-') {
            plain.push('-');
        }
    }
    plain.truncate(LONGEST_SECRET_NAME);
    match plain.trim_end_matches('-') {
        "" => "calyptia-token".into(),
        plain => plain.into(),
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const FORMS: [HandoverForm; 5] = [
        HandoverForm::Cli,
        HandoverForm::Environment,
        HandoverForm::Curl,
        HandoverForm::KubernetesSecret,
        HandoverForm::FluentBit,
    ];
    const VALUE: &str = "eyJUb2tlbklEIjoi-_.x0E61U";

    fn handover(form: HandoverForm, name: &str) -> Handover {
        Handover { form, project: Uuid::from_u128(7), name: name.into() }
    }

    fn server(text: &str) -> Server {
        Server::parse(text).expect("an address")
    }

    fn text(form: HandoverForm, at: &Server) -> String {
        fill(&handover(form, "Edge agent, EU"), at, &VALUE.into()).expect("a text").expose_secret().to_owned()
    }

    /// What a shell makes of a script.
    #[cfg(unix)]
    fn sh(script: &str) -> String {
        let run = std::process::Command::new("sh").args(["-euc", script]).output().expect("a shell");
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        String::from_utf8(run.stdout).expect("text")
    }

    #[test]
    fn the_text_is_what_is_shown_with_the_value_in_it() {
        for form in FORMS {
            let handover = handover(form, "edge");
            let Snippet { before, after } = snippet(&handover, &Server::production()).expect("a text");
            let whole = fill(&handover, &Server::production(), &VALUE.into()).expect("a text");
            assert_eq!(*whole.expose_secret(), [&before, VALUE, &after].concat());
        }
    }

    #[test]
    #[cfg(unix)]
    fn a_shell_finds_the_value_where_the_program_looks_for_it() {
        // One server's path means something to a shell.
        for address in ["https://cloud-api.calyptia.com", "https://example.com/a'b$(c):~/"] {
            let server = server(address);
            let project = Uuid::from_u128(7);
            let shown = plain_address(&server);

            let cli = text(HandoverForm::Cli, &server);
            let ran = sh(&format!("calyptia() {{ printf '%s|' \"$@\"; }}\n{cli}"));
            assert_eq!(ran, format!("config|set_url|{shown}|config|set_token|{VALUE}|"));

            let curl = text(HandoverForm::Curl, &server);
            let ran = sh(&format!("curl() {{ printf '%s|' \"$@\"; cat; }}\n{curl}"));
            let url = format!("{shown}/v1/projects/{project}");
            assert_eq!(
                ran,
                format!("--globoff|--header|@-|{url}|X-Project-Token: {VALUE}\n"),
                "not among the arguments"
            );

            let file = text(HandoverForm::Environment, &server);
            let ran = sh(&format!("{file}\nprintf %s \"$CALYPTIA_CLOUD_URL $CALYPTIA_CLOUD_TOKEN\""));
            assert_eq!(ran, format!("{shown} {VALUE}"));
            assert_eq!(Server::parse(&shown).map(|again| again.host()), Ok(server.host()));
        }
    }

    #[test]
    fn kubernetes_gets_a_secret_of_an_acceptable_name() {
        let text = text(HandoverForm::KubernetesSecret, &Server::production());
        assert!(text.contains("\n  name: \"edge-agent-eu\"\n"), "{text}");
        assert!(text.ends_with(&format!("\n  CALYPTIA_CLOUD_TOKEN: \"{VALUE}\"\n")), "{text}");
        assert_eq!(secret_name("--é--"), "calyptia-token");
        assert_eq!(secret_name("a: \"b\"\nc"), "a-b-c");
        let long = secret_name(&format!("{}-b", "a".repeat(62)));
        assert_eq!(long, "a".repeat(62), "no hyphen at the end");
    }

    #[test]
    fn fluent_bit_is_told_of_every_server_but_the_vendors() {
        let at = |address| text(HandoverForm::FluentBit, &server(address));
        let vendors = at("https://cloud-api.calyptia.com");
        assert_eq!(vendors, format!("[CUSTOM]\n    name          calyptia\n    api_key       {VALUE}\n"));
        let own = at("https://calyptia.example:8443");
        let expected = "    calyptia_host calyptia.example\n    calyptia_port 8443\n    calyptia_tls  on\n";
        assert_eq!(own, [vendors.as_str(), expected].concat());
        assert!(at("http://localhost:5000").ends_with("_port 5000\n    calyptia_tls  off\n"));
        assert!(at("http://[::1]:5000").contains("_host ::1\n"));
        let path = snippet(&handover(HandoverForm::FluentBit, "a"), &server("https://example.com/api"));
        assert_eq!(path.expect_err("no path").code, ErrorCode::ServerPathImpossible);
    }

    #[test]
    fn a_value_that_would_mean_something_else_goes_nowhere() {
        for value in ["", "-v", "a b", "a\nb", "a'b", "a\"b", "$(a)", "${A}", "a#b", "é"] {
            for form in FORMS {
                let refused = fill(&handover(form, "a"), &Server::production(), &value.into());
                let problem = refused.expect_err(value);
                assert_eq!(problem.code, ErrorCode::ValueNotPlain);
                assert!(value.len() < 2 || !format!("{problem:?}").contains(value));
            }
        }
    }
}
