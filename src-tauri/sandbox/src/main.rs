//! The sandbox as a command: serves on loopback until it is interrupted, and tells on standard output
//! where it is and how to sign in, a fact a line, for people and scripts alike.

use std::{
    io::{self, Write},
    iter,
    process::ExitCode,
};

use calyptia_sandbox::{Fault, Options, Running, Sandbox, fault_kinds};
use lexopt::prelude::*;
use secrecy::{ExposeSecret, SecretString};

const HELP: &str = "\
The tokens API of Calyptia Cloud on this machine, with sample data

Usage: calyptia-sandbox [OPTIONS]

Options:
      --port PORT      listen on this port of 127.0.0.1 [default: a free one]
      --bearer TEXT    accept this user bearer [default: a random one]
      --tokens COUNT   generate the first project's tokens, COUNT in all
      --projects COUNT show this many projects [default: 4]
      --fault SPEC     let something go wrong, see below; may be given several times
  -h, --help           show this help
  -V, --version        show the version

Prints one line each: `url URL`, `bearer TEXT`, and `project ID NAME` for every project.

SPEC is [TARGET:]KIND[=VALUE][@TURNS], such as latency=2000, POST:reset-after or GET/tokens:stall=500@1-2.
  TARGET  a method, how the path ends, or both; all requests but /healthz and /openapi.json without it
  TURNS   N: the first N requests; FIRST-: from this one on; FIRST-LAST: from this one to that
  Waits and list faults add up; of the others the first whose turn it is steps in and counts the request.

KIND is one of these. Those that neither wait nor stand `instead` of the work let the server do it first.
Those of the list concern the token list only, and most need several pages: page-size=2 makes them.
";

/// The status of a command that was called wrongly.
const USAGE: u8 = 2;

/// Beyond these the sandbox would rather fill the machine's memory than answer.
const MOST_TOKENS: usize = 5_000_000;
const MOST_PROJECTS: usize = 10_000;

enum Call {
    Serve { port: u16, options: Options },
    Tell(String),
}

fn main() -> ExitCode {
    match read(lexopt::Parser::from_env()) {
        Ok(Call::Serve { port, options }) => match serve(port, options) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => fail(&error, ExitCode::FAILURE),
        },
        Ok(Call::Tell(text)) => match io::stdout().write_all(text.as_bytes()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => fail(&error, ExitCode::FAILURE),
        },
        Err(error) => fail(&error, ExitCode::from(USAGE)),
    }
}

fn fail(error: &dyn std::error::Error, status: ExitCode) -> ExitCode {
    // With standard error closed there is nobody left to tell.
    let _ = writeln!(io::stderr(), "calyptia-sandbox: {error}");
    status
}

fn read(mut arguments: lexopt::Parser) -> Result<Call, lexopt::Error> {
    let mut port = 0;
    let mut options = Options::default();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("port") => port = arguments.value()?.parse()?,
            Long("bearer") => options.bearer = Some(bearer(arguments.value()?.string()?)?),
            Long("tokens") => options.tokens = Some(arguments.value()?.parse()?),
            Long("projects") => options.projects = Some(arguments.value()?.parse()?),
            Long("fault") => options.faults.push(fault(&arguments.value()?.string()?)?),
            Short('h') | Long("help") => return Ok(Call::Tell(help())),
            Short('V') | Long("version") => {
                return Ok(Call::Tell(format!("calyptia-sandbox {}\n", env!("CARGO_PKG_VERSION"))));
            }
            _ => return Err(argument.unexpected()),
        }
    }
    match options {
        Options { tokens: Some(0), .. } => {
            Err("--tokens must be at least 1: every project has its `default` token".into())
        }
        Options { tokens: Some(_), projects: Some(0), .. } => {
            Err("--tokens needs a project to hold them, but --projects is 0".into())
        }
        Options { tokens: Some(tokens), .. } if tokens > MOST_TOKENS => {
            Err(format!("--tokens must be at most {MOST_TOKENS}").into())
        }
        Options { projects: Some(projects), .. } if projects > MOST_PROJECTS => {
            Err(format!("--projects must be at most {MOST_PROJECTS}").into())
        }
        options => Ok(Call::Serve { port, options }),
    }
}

fn help() -> String {
    let kinds = fault_kinds().map(|(usage, does)| format!("  {usage:<24} {does}\n"));
    iter::once(HELP.to_owned()).chain(kinds).collect()
}

/// A bearer no request can carry would lock everyone out.
fn bearer(text: String) -> Result<SecretString, lexopt::Error> {
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic()) {
        Ok(text.into())
    } else {
        Err("--bearer must be one word of ASCII letters, digits and signs".into())
    }
}

fn fault(spec: &str) -> Result<Fault, lexopt::Error> {
    spec.parse().map_err(|error| format!("--fault: {error}").into())
}

fn serve(port: u16, options: Options) -> io::Result<()> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
        // Listened for before anything is printed: a script may signal as soon as it has read the lines.
        let interrupted = Interrupted::new()?;
        let running = Sandbox::new(options).serve(port).await?;
        announce(&running)?;
        interrupted.wait().await
    })
}

fn announce(running: &Running) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "url {}", running.url())?;
    writeln!(out, "bearer {}", running.bearer().expose_secret())?;
    for (id, name) in running.projects() {
        writeln!(out, "project {id} {name}")?;
    }
    out.flush()
}

/// The signals that end the command.
#[cfg(unix)]
struct Interrupted {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Interrupted {
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn wait(mut self) -> io::Result<()> {
        use std::pin::pin;
        let (interrupt, terminate) = (pin!(self.interrupt.recv()), pin!(self.terminate.recv()));
        futures_util::future::select(interrupt, terminate).await;
        Ok(())
    }
}

/// The signals that end the command.
#[cfg(not(unix))]
struct Interrupted;

#[cfg(not(unix))]
impl Interrupted {
    fn new() -> io::Result<Self> {
        Ok(Self)
    }

    async fn wait(self) -> io::Result<()> {
        tokio::signal::ctrl_c().await
    }
}
