//! Before the window opens: command line arguments, the log, and what a panic prints.

use std::{ffi::OsString, io::Write as _, process::ExitCode};

use tracing_subscriber::{filter::Targets, layer::SubscriberExt as _, util::SubscriberInitExt as _};

/// How the app was started.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Launch {
    /// Open on sample data, whatever the settings say, and leave the settings alone.
    pub(crate) sample: bool,
    /// The server to suggest on first start.
    pub(crate) server: Option<String>,
    /// The language in place of the system's, as a BCP 47 tag. One that is chosen in the settings comes first.
    pub(crate) language: Option<String>,
}

const USAGE: &str = "\
Calyptia Tokens: list, create and share the API tokens of a Calyptia Cloud project.

Usage: calyptia-tokens [--sample]

  --sample    open on sample data; no account is needed and nothing is saved
  --help      show this text
  --version   show the version

CALYPTIA_CLOUD_URL presets the server on the first screen.
CALYPTIA_LANGUAGE=en or es sets the language in place of the system's; Settings comes first.
CALYPTIA_LOG=debug or trace logs more to standard error; never a secret.
";

impl Launch {
    /// Reads the command line and the environment. `Err` is the exit code of a run that ends here.
    pub(crate) fn from_arguments(arguments: impl Iterator<Item = OsString>) -> Result<Self, ExitCode> {
        let variable = |name| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
        let (server, language) = (variable("CALYPTIA_CLOUD_URL"), variable("CALYPTIA_LANGUAGE"));
        let mut launch = Self { sample: false, server, language };
        for argument in arguments {
            match argument.to_str() {
                Some("--sample") => launch.sample = true,
                Some("--help" | "-h") => return Err(print(&mut std::io::stdout(), USAGE, ExitCode::SUCCESS)),
                Some("--version" | "-V") => {
                    let version = concat!("calyptia-tokens ", env!("CARGO_PKG_VERSION"), "\n");
                    return Err(print(&mut std::io::stdout(), version, ExitCode::SUCCESS));
                }
                // macOS adds one of these to apps opened from the Finder.
                Some(argument) if argument.starts_with("-psn_") => {}
                // Not repeated: someone may have tried to pass a credential this way.
                _ => {
                    let refusal = "calyptia-tokens: unknown argument; see calyptia-tokens --help\n";
                    return Err(print(&mut std::io::stderr(), refusal, ExitCode::from(2)));
                }
            }
        }
        Ok(launch)
    }
}

fn print(stream: &mut impl std::io::Write, text: &str, code: ExitCode) -> ExitCode {
    // What is written is lost then: a release build has no standard streams on Windows, unless they are redirected.
    #[cfg(windows)]
    if std::os::windows::io::AsRawHandle::as_raw_handle(&std::io::stdout()).is_null() {
        rfd::MessageDialog::new().set_title("Calyptia Tokens").set_description(text).show();
        return code;
    }
    match stream.write_all(text.as_bytes()) {
        Ok(()) => code,
        Err(_) => ExitCode::FAILURE,
    }
}

/// Logs our own targets to standard error, at `info` unless the environment asks for more. Other crates may log headers or
/// bodies.
pub(crate) fn start_log() {
    let level = match std::env::var("CALYPTIA_LOG").as_deref() {
        Ok("trace") => tracing::Level::TRACE,
        Ok("debug") => tracing::Level::DEBUG,
        _ => tracing::Level::INFO,
    };
    let ours = Targets::new().with_target("calyptia", level);
    tracing_subscriber::registry()
        .with(tracing_subscriber::fmt::layer().with_writer(std::io::stderr))
        .with(ours)
        .init();
}

/// Makes a panic print where it happened, and never its message, which may quote anything.
pub(crate) fn silence_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let _ = writeln!(std::io::stderr(), "calyptia-tokens: internal error at {place}");
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn launch(arguments: &[&str]) -> Option<Launch> {
        Launch::from_arguments(arguments.iter().map(OsString::from)).ok()
    }

    #[test]
    fn a_panic_prints_its_place_and_nothing_of_its_message() {
        const CHILD: &str = "LAUNCH_TEST_PANIC";
        if std::env::var_os(CHILD).is_some() {
            silence_panics();
            let payload = String::from("canary");
            panic!("{payload}");
        }
        let run = std::process::Command::new(std::env::current_exe().expect("this program"))
            .args([
                "--exact",
                "desktop::launch::tests::a_panic_prints_its_place_and_nothing_of_its_message",
                "--nocapture",
            ])
            .env(CHILD, "1")
            .output()
            .expect("it runs");
        let written =
            format!("{}{}", String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
        assert!(!run.status.success(), "the control: it did panic");
        assert!(written.contains(concat!("internal error at ", file!(), ":")), "{written}");
        assert!(!written.contains("canary"), "{written}");
    }

    #[test]
    fn sample_data_can_be_requested_and_other_arguments_are_refused() {
        assert_eq!(launch(&[]).map(|launch| launch.sample), Some(false));
        assert_eq!(launch(&["--sample"]).map(|launch| launch.sample), Some(true));
        assert_eq!(launch(&["-psn_0_12345"]).map(|launch| launch.sample), Some(false));
        assert_eq!(launch(&["--bearer=secret"]), None);
    }
}
