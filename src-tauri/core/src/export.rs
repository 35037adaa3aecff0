//! The list as a file for other programs: CSV for spreadsheets, JSON for scripts. Without values and their suffixes: names, ids,
//! permissions and dates, and a head that says where and when they were read.

use std::{
    cell::RefCell,
    io::{self, BufWriter, Write},
    path::Path,
};

use jiff::Timestamp;
use serde::{Serialize, Serializer, ser::SerializeSeq as _};
use uuid::Uuid;

use crate::{
    atomic_file,
    messages::{ExportFormat, Facets, Row, RowAccess, TokenAge},
    session::list::ViewReader,
};

/// Spreadsheets calculate a cell that begins with one of these.
const FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// What the file says about itself.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Head<'a> {
    pub(crate) server: &'a str,
    pub(crate) project: &'a str,
    pub(crate) project_id: Uuid,
    pub(crate) exported_at: String,
    /// When the list was last loaded completely, if it was.
    pub(crate) loaded_at: Option<String>,
    pub(crate) filter: &'a str,
    /// Which tokens of the list were shown, whatever the filter.
    pub(crate) shown: String,
    /// How many tokens are in the file.
    pub(crate) exported: usize,
    /// How many tokens the list had.
    pub(crate) listed: usize,
    /// Whether the list had all tokens of the project when it was loaded.
    pub(crate) list_complete: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ExportedToken<'a> {
    id: &'a str,
    name: &'a str,
    /// `null` if the server's list of them could not be read.
    permissions: Option<Vec<&'a str>>,
    /// An empty list of permissions means all of them.
    full_access: bool,
    created_at: Option<String>,
}

impl<'a> From<&'a Row> for ExportedToken<'a> {
    fn from(row: &'a Row) -> Self {
        const ALL: [&str; 4] = ["create:*", "read:*", "update:*", "delete:*"];
        let texts = |list: &'a [String]| list.iter().map(String::as_str);
        let permissions = match &row.access {
            RowAccess::Full { named: false, .. } => Some(Vec::new()),
            RowAccess::Full { named: true, others } => Some(ALL.into_iter().chain(texts(others)).collect()),
            RowAccess::Some { permissions } => Some(texts(permissions).collect()),
            RowAccess::Unreadable => None,
        };
        Self {
            id: &row.id,
            name: &row.name,
            permissions,
            full_access: matches!(row.access, RowAccess::Full { .. }),
            created_at: row.created_at.and_then(time),
        }
    }
}

fn time(milliseconds: i64) -> Option<String> {
    Timestamp::from_millisecond(milliseconds).ok().map(|time| time.to_string())
}

/// What the file calls the tokens that were shown: those of which all of this is true.
pub(crate) fn shown(facets: Facets) -> String {
    let Facets { full_access, can_delete, older_than } = facets;
    let older_than = older_than.map(|age| match age {
        TokenAge::NinetyDays => "older than 90 days",
        TokenAge::HalfYear => "older than half a year",
        TokenAge::Year => "older than a year",
    });
    let chosen = [full_access.then_some("full access"), can_delete.then_some("can delete"), older_than];
    let chosen: Vec<_> = chosen.into_iter().flatten().collect();
    if chosen.is_empty() { "all".into() } else { chosen.join(" and ") }
}

/// Writes a file completely or not at all, readable by its owner only. Holds a part of the rows at a time.
///
/// # Errors
/// If it cannot be written, or the rows changed while they were read.
pub(crate) fn save(path: &Path, head: &Head, rows: &mut ViewReader, format: ExportFormat) -> io::Result<()> {
    atomic_file::write(path, ".export-", |temporary| {
        let mut file = BufWriter::new(temporary);
        write(&mut file, head, rows.by_ref(), format)?;
        file.flush()?;
        if rows.is_current() { Ok(()) } else { Err(io::Error::other("the list changed meanwhile")) }
    })
}

fn write(
    file: &mut impl Write,
    head: &Head,
    rows: impl Iterator<Item = Row>,
    format: ExportFormat,
) -> io::Result<()> {
    match format {
        ExportFormat::Csv => write_csv(file, head, rows),
        ExportFormat::Json => write_json(file, head, rows),
    }
}

fn write_json(file: &mut impl Write, head: &Head, rows: impl Iterator<Item = Row>) -> io::Result<()> {
    #[derive(Serialize)]
    struct Export<'a, T> {
        #[serde(flatten)]
        head: &'a Head<'a>,
        tokens: T,
    }
    /// Written as they are read.
    struct Tokens<R>(RefCell<R>);
    impl<R: Iterator<Item = Row>> Serialize for Tokens<R> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut rows = self.0.borrow_mut();
            let mut tokens = serializer.serialize_seq(None)?;
            rows.try_for_each(|row| tokens.serialize_element(&ExportedToken::from(&row)))?;
            tokens.end()
        }
    }
    serde_json::to_writer_pretty(&mut *file, &Export { head, tokens: Tokens(RefCell::new(rows)) })?;
    file.write_all(b"\n")
}

/// As RFC 4180 has it, in UTF-8 with the mark by which spreadsheets recognize that. The head comes first, a name and a value in
/// each line.
fn write_csv(file: &mut impl Write, head: &Head, rows: impl Iterator<Item = Row>) -> io::Result<()> {
    let mut text = String::from('\u{feff}');
    let complete = if head.list_complete { "yes" } else { "no" };
    for (name, value) in [
        ("Server", head.server),
        ("Project", head.project),
        ("Project ID", &head.project_id.to_string()),
        ("Exported at", &head.exported_at),
        ("Loaded at", head.loaded_at.as_deref().unwrap_or_default()),
        ("Shown", &head.shown),
        ("Filter", head.filter),
        ("Tokens in this file", &head.exported.to_string()),
        ("Tokens in the list", &head.listed.to_string()),
        ("List complete", complete),
    ] {
        push_record(&mut text, &[name, value]);
    }
    push_record(&mut text, &[]);
    push_record(&mut text, &["Name", "Permissions", "Full access", "Created at", "ID"]);
    for row in rows {
        file.write_all(text.as_bytes())?;
        text.clear();
        let ExportedToken { id, name, permissions, full_access, created_at } = (&row).into();
        let permissions = permissions.map_or_else(|| "unreadable".into(), |list| list.join(" "));
        let full_access = if full_access { "yes" } else { "no" };
        push_record(&mut text, &[name, &permissions, full_access, &created_at.unwrap_or_default(), id]);
    }
    file.write_all(text.as_bytes())
}

fn push_record(text: &mut String, cells: &[&str]) {
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            text.push(',');
        }
        push_cell(text, cell);
    }
    text.push_str("\r\n");
}

/// Always in quotes: in some countries spreadsheets take a semicolon for the end of a cell. An apostrophe makes them take a
/// formula as text.
fn push_cell(text: &mut String, cell: &str) {
    let guard = if cell.starts_with(FORMULA) { "'" } else { "" };
    text.push('"');
    text.push_str(guard);
    text.push_str(&cell.replace('"', "\"\""));
    text.push('"');
}

/// A name for the file, from the project's: what every file system takes.
pub(crate) fn file_name(project: &str, format: ExportFormat) -> String {
    let plain = |c: char| if c.is_alphanumeric() || "-_ ".contains(c) { c } else { '-' };
    let name: String = project.chars().take(60).map(plain).collect();
    let extension = match format {
        ExportFormat::Csv => "csv",
        ExportFormat::Json => "json",
    };
    format!("Tokens in {}.{extension}", name.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FULL: Facets = Facets { full_access: true, can_delete: false, older_than: None };

    fn row(name: &str, access: RowAccess) -> Row {
        Row {
            id: "5f0c6a8e".into(),
            name: name.into(),
            access,
            suffix: Some("x0E61U".into()),
            created_at: Some(1_764_000_000_000),
            duplicate_name: false,
        }
    }

    fn reads() -> RowAccess {
        RowAccess::Some { permissions: vec!["read:*".into(), "future:x".into()] }
    }

    fn head() -> Head<'static> {
        Head {
            server: "https://api.example.com",
            project: "Acme / production",
            project_id: Uuid::nil(),
            exported_at: "2026-11-27T21:00:00Z".into(),
            loaded_at: Some("2026-11-27T20:00:00Z".into()),
            filter: "edge",
            shown: shown(Facets { older_than: Some(TokenAge::HalfYear), ..FULL }),
            exported: 1,
            listed: 5,
            list_complete: false,
        }
    }

    fn text(row: Row, format: ExportFormat) -> String {
        let mut file = Vec::new();
        write(&mut file, &head(), std::iter::once(row), format).expect("written");
        String::from_utf8(file).expect("UTF-8")
    }

    #[test]
    fn a_spreadsheet_gets_a_head_and_a_line_for_each_token_and_no_secret() {
        let csv = text(row("edge", reads()), ExportFormat::Csv);
        assert_eq!(
            csv,
            "\u{feff}\"Server\",\"https://api.example.com\"\r\n\"Project\",\"Acme / production\"\r\n\
             \"Project ID\",\"00000000-0000-0000-0000-000000000000\"\r\n\
             \"Exported at\",\"2026-11-27T21:00:00Z\"\r\n\
             \"Loaded at\",\"2026-11-27T20:00:00Z\"\r\n\"Shown\",\"full access and older than half a year\"\r\n\"Filter\",\"edge\"\r\n\
             \"Tokens in this file\",\"1\"\r\n\"Tokens in the list\",\"5\"\r\n\"List complete\",\"no\"\r\n\r\n\
             \"Name\",\"Permissions\",\"Full access\",\"Created at\",\"ID\"\r\n\
             \"edge\",\"read:* future:x\",\"no\",\"2025-11-24T16:00:00Z\",\"5f0c6a8e\"\r\n"
        );
    }

    #[test]
    fn a_name_is_text_to_a_spreadsheet_whatever_is_in_it() {
        for (name, cell) in [
            ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@a", "'@a"),
            ("\tx", "'\tx"),
            ("\r=1", "'\r=1"),
            ("\n=1", "'\n=1"),
            ("＝1", "'＝1"),
            ("a,b", "a,b"),
            ("x;=1+1;y", "x;=1+1;y"),
            ("say \"a\"", "say \"\"a\"\""),
            ("=a,\"b", "'=a,\"\"b"),
        ] {
            let csv = text(row(name, reads()), ExportFormat::Csv);
            assert!(csv.contains(&format!("\r\n\"{cell}\",\"read:* future:x\",\"no\",")), "{csv:?}");
        }
    }

    #[test]
    fn a_script_gets_the_permissions_as_the_server_has_them() {
        let full = |named, others: &[&str]| RowAccess::Full {
            named,
            others: others.iter().map(|text| (*text).to_owned()).collect(),
        };
        for (access, permissions, is_full) in [
            (reads(), serde_json::json!(["read:*", "future:x"]), false),
            (full(false, &[]), serde_json::json!([]), true),
            (
                full(true, &["future:x"]),
                serde_json::json!(["create:*", "read:*", "update:*", "delete:*", "future:x"]),
                true,
            ),
            (RowAccess::Unreadable, serde_json::Value::Null, false),
        ] {
            let json = text(row("=edge", access), ExportFormat::Json);
            let read: serde_json::Value = serde_json::from_str(&json).expect("JSON");
            assert_eq!(read["projectId"], "00000000-0000-0000-0000-000000000000");
            assert_eq!(read["listComplete"], false);
            assert_eq!(read["shown"], "full access and older than half a year");
            let token = &read["tokens"][0];
            assert_eq!((&token["name"], &token["permissions"]), (&"=edge".into(), &permissions));
            assert_eq!(
                (&token["fullAccess"], &token["createdAt"]),
                (&is_full.into(), &"2025-11-24T16:00:00Z".into())
            );
            assert!(!json.contains("x0E61U"), "no part of a value");
        }
    }

    #[test]
    fn the_file_says_which_tokens_were_shown() {
        let year = Some(TokenAge::Year);
        for (facets, text) in [
            (Facets::default(), "all"),
            (FULL, "full access"),
            (Facets { can_delete: true, ..FULL }, "full access and can delete"),
            (Facets { older_than: Some(TokenAge::NinetyDays), ..Facets::default() }, "older than 90 days"),
            (
                Facets { can_delete: true, older_than: year, ..FULL },
                "full access and can delete and older than a year",
            ),
        ] {
            assert_eq!(shown(facets), text);
        }
    }

    #[test]
    fn the_name_of_the_file_comes_from_the_project() {
        assert_eq!(file_name("Acme / prod", ExportFormat::Csv), "Tokens in Acme - prod.csv");
        assert_eq!(file_name("../../etc", ExportFormat::Json), "Tokens in ------etc.json");
    }
}
