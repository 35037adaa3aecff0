//! The sandbox as a command. It serves on loopback until it is interrupted. On standard output it
//! prints its URL, the bearer token and the projects, one per line, for people and scripts.

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
      --port PORT          listen on this port of 127.0.0.1 [default: a free one]
      --bearer-token TEXT  accept this bearer token [default: a random one]
      --tokens COUNT       generate the tokens of the first project, COUNT in total
      --projects COUNT     show this many projects [default: 4]
      --fault SPEC         inject a fault, see below; can be repeated
  -h, --help               show this help
  -V, --version            show the version

Prints one line each: `url URL`, `bearer-token TEXT`, and `project ID NAME` for every project.

SPEC is [TARGET:]KIND[=VALUE][@REQUESTS], such as latency=2000, POST:reset-after or GET/tokens:stall=500@1-2.
  TARGET    a method, the end of a path, or both; without it, all requests except /healthz and /openapi.json
  REQUESTS  N: the first N requests; FIRST-: all from this one on; FIRST-LAST: from one to the other
  Waits, clocks, fields, headers and list faults add up. Of all others, only the first that applies takes
  effect, and only this one counts the request.

KIND is one of these. The server does its work first, except with those that say `instead`. Those that
say `list` apply only to the token list; most need several pages, which page-size=2 creates.
";

/// The exit status after a wrong command line.
const USAGE: u8 = 2;

/// More would fill the machine's memory.
const MAX_TOKENS: usize = 5_000_000;
const MAX_PROJECTS: usize = 10_000;

enum Command {
    Serve { port: u16, options: Options },
    Print(String),
}

fn main() -> ExitCode {
    match parse(lexopt::Parser::from_env()) {
        Ok(Command::Serve { port, options }) => match serve(port, options) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => fail(&error, ExitCode::FAILURE),
        },
        Ok(Command::Print(text)) => match io::stdout().write_all(text.as_bytes()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => fail(&error, ExitCode::FAILURE),
        },
        Err(error) => fail(&error, ExitCode::from(USAGE)),
    }
}

fn fail(error: &dyn std::error::Error, status: ExitCode) -> ExitCode {
    // If standard error is closed, there is nowhere left to report to.
    let _ = writeln!(io::stderr(), "calyptia-sandbox: {error}");
    status
}

fn parse(mut arguments: lexopt::Parser) -> Result<Command, lexopt::Error> {
    let mut port = 0;
    let mut options = Options::default();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("port") => port = arguments.value()?.parse()?,
            Long("bearer-token") => options.bearer_token = Some(bearer_token(arguments.value()?.string()?)?),
            Long("tokens") => options.tokens = Some(arguments.value()?.parse()?),
            Long("projects") => options.projects = Some(arguments.value()?.parse()?),
            Long("fault") => options.faults.push(fault(&arguments.value()?.string()?)?),
            Short('h') | Long("help") => return Ok(Command::Print(help())),
            Short('V') | Long("version") => {
                return Ok(Command::Print(format!("calyptia-sandbox {}\n", env!("CARGO_PKG_VERSION"))));
            }
            _ => return Err(argument.unexpected()),
        }
    }
    match options {
        Options { tokens: Some(0), .. } => {
            Err("--tokens must be at least 1: every project has its `default` token".into())
        }
        Options { tokens: Some(_), projects: Some(0), .. } => {
            Err("--tokens needs a project, but --projects is 0".into())
        }
        Options { tokens: Some(tokens), .. } if tokens > MAX_TOKENS => {
            Err(format!("--tokens must be at most {MAX_TOKENS}").into())
        }
        Options { projects: Some(projects), .. } if projects > MAX_PROJECTS => {
            Err(format!("--projects must be at most {MAX_PROJECTS}").into())
        }
        options => Ok(Command::Serve { port, options }),
    }
}

fn help() -> String {
    let kinds = fault_kinds().map(|(usage, description)| format!("  {usage:<24} {description}\n"));
    iter::once(HELP.to_owned()).chain(kinds).collect()
}

/// Rejects a bearer token that no request can carry.
fn bearer_token(text: String) -> Result<SecretString, lexopt::Error> {
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic()) {
        Ok(text.into())
    } else {
        Err("--bearer-token must be one word of ASCII letters, digits and punctuation".into())
    }
}

fn fault(spec: &str) -> Result<Fault, lexopt::Error> {
    spec.parse().map_err(|error| format!("--fault: {error}").into())
}

fn serve(port: u16, options: Options) -> io::Result<()> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
        // Before anything is printed: a script can send a signal as soon as it has read the lines.
        let signals = ShutdownSignals::new()?;
        let running = Sandbox::new(options).serve(port).await?;
        print_details(&running)?;
        signals.wait().await
    })
}

fn print_details(running: &Running) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "url {}", running.url())?;
    writeln!(out, "bearer-token {}", running.bearer_token().expose_secret())?;
    for (id, name) in running.projects() {
        writeln!(out, "project {id} {name}")?;
    }
    out.flush()
}

/// The signals that end the command.
#[cfg(unix)]
struct ShutdownSignals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl ShutdownSignals {
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
struct ShutdownSignals;

#[cfg(not(unix))]
impl ShutdownSignals {
    fn new() -> io::Result<Self> {
        Ok(Self)
    }

    async fn wait(self) -> io::Result<()> {
        tokio::signal::ctrl_c().await
    }
}
