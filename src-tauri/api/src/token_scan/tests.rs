use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD, Engine as _};
use proptest::prelude::*;

use super::*;

const ID: Uuid = Uuid::from_u128(0x11);
const PROJECT: Uuid = Uuid::from_u128(0x22);

fn value_of(id: Uuid, signature: &[u8; 48]) -> String {
    let ids = format!(r#"{{"TokenID":"{id}","ProjectID":"{PROJECT}"}}"#);
    format!("{}.{}", BASE64_URL_SAFE_NO_PAD.encode(ids), BASE64_URL_SAFE_NO_PAD.encode(signature))
}

fn value() -> String {
    value_of(ID, &std::array::from_fn(|at| u8::try_from(at * 5).expect("a byte")))
}

fn at(line: u64, is_base64: bool) -> ScannedToken {
    ScannedToken { id: ID, project: PROJECT, line, is_base64 }
}

/// What is found in bytes that arrive in these pieces.
fn scan<'b>(pieces: impl IntoIterator<Item = &'b [u8]>) -> Vec<ScannedToken> {
    let mut scanner = TokenScanner::default();
    let mut all = Vec::new();
    for piece in pieces {
        scanner.push(piece, |token| all.push(token));
    }
    scanner.finish(|token| all.push(token));
    all
}

fn found(text: &str) -> Vec<ScannedToken> {
    scan([text.as_bytes()])
}

/// As `base64` and `openssl` wrap it.
fn wrapped(text: &str, width: usize, separator: &str) -> String {
    let lines: Vec<_> =
        text.as_bytes().chunks(width).map(|line| std::str::from_utf8(line).expect("ASCII")).collect();
    lines.join(separator)
}

#[test]
fn utf_16_is_read_without_a_mark_as_well() {
    let text = format!("TOKEN={}\r\n", value());
    let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    for bytes in [little, big] {
        assert_eq!(scan([bytes.as_slice()]), [at(1, false)]);
        assert_eq!(scan(bytes.chunks(1)), [at(1, false)], "in the smallest pieces");
    }
}

#[test]
fn a_token_is_found_whatever_surrounds_it() {
    let token = value();
    for text in [
        token.clone(),
        format!("TOKEN={token}\nOTHER=1\n"),
        format!("{{\"token\":\"{token}\",\"n\":1}}"),
        format!("{{\"env\":\"A=1\\nTOKEN={token}\\nB=2\"}}"),
        format!("x{token}y"),
        format!("?t%3D{token}&u"),
        format!("\u{feff}{token}"),
        format!("\0\u{1}{token}\0"),
        wrapped(&token, 76, "\n"),
        wrapped(&token, 64, "\r\n    "),
        wrapped(&token, 60, "\\\n  "),
        wrapped(&token, 76, "=\r\n"),
        format!("> {}", wrapped(&token, 70, "\n> ")),
        format!("# {}", wrapped(&token, 70, "\n# ")),
    ] {
        assert_eq!(found(&text), [at(1, false)], "{text}");
    }
    assert_eq!(found(&format!("a\n\nb\r\n  c: {token}")), [at(4, false)]);
    assert_eq!(found(&format!("{token} {token}\n{token}")), [at(1, false), at(1, false), at(2, false)]);
}

#[test]
fn base64_is_read_in_every_alignment_and_both_alphabets() {
    let token = value();
    for before in ["", "A", "Ab", "Abc", "export CALYPTIA_CLOUD_TOKEN=", "a\nb\n"] {
        for after in ["", "\n", "\nOTHER=~~~???>>>\n"] {
            let text = format!("{before}{token}{after}");
            for encoded in [BASE64_STANDARD.encode(&text), BASE64_URL_SAFE_NO_PAD.encode(&text)] {
                for text in [
                    encoded.clone(),
                    format!("  token: {encoded}\n"),
                    format!("\"{encoded}\","),
                    wrapped(&encoded, 76, "\n"),
                    wrapped(&encoded, 64, "\n      "),
                ] {
                    assert_eq!(found(&text).len(), 1, "{text}");
                    assert_eq!((found(&text)[0].id, found(&text)[0].is_base64), (ID, true), "{text}");
                }
            }
        }
    }
}

#[test]
fn a_secret_as_kubectl_prints_it_is_found_on_its_line() {
    let plain = value();
    let encoded = BASE64_STANDARD.encode(value());
    let yaml = format!(
        "apiVersion: v1\nitems:\n- apiVersion: v1\n  data:\n    .env: {}\n    token: {encoded}\n  kind: Secret\n  metadata:\n    \
         annotations:\n      note: |\n        {plain}\n    name: fleet\n  type: Opaque\nkind: List\n",
        BASE64_STANDARD.encode(format!("CALYPTIA_CLOUD_TOKEN={plain}\n"))
    );
    assert_eq!(found(&yaml), [at(5, true), at(6, true), at(11, false)]);
}

#[test]
fn the_line_is_the_one_on_which_it_begins_even_if_that_is_its_last_character() {
    let encoded = BASE64_STANDARD.encode(format!("{}{}", "x".repeat(30), value()));
    for width in 36..=90 {
        let text = format!("data: |\n{}\n", wrapped(&encoded, width, "\n"));
        let tokens = found(&text);
        // Thirty bytes take forty characters.
        let line = 2 + u64::try_from(40 / width).expect("small");
        assert_eq!(tokens, [at(line, true)], "{width}");
    }
}

#[test]
fn what_only_looks_like_a_token_is_none() {
    let token = value();
    let (ids, signature) = token.split_once('.').expect("two parts");
    let jwt = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbmEifQ.c2lnbmF0dXJlLXNpZ25hdHVyZS1zaWduYXR1cmUtc2lnbmF0dXJl";
    let other = BASE64_URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#);
    for text in [
        ids.to_owned(),
        format!("{ids}."),
        format!("{ids}.{}", &signature[..63]),
        format!("{ids}.{}", "x".repeat(64)),
        format!("{ids}.<redacted>"),
        format!("{ids}.{}\n\n{signature}", &signature[..6]),
        format!("{ids}.abcdef\n{ids}.ghijkl\n"),
        format!("{ids} .{signature}"),
        format!("{other}.{signature}"),
        jwt.to_owned(),
        BASE64_STANDARD.encode(jwt),
        BASE64_STANDARD.encode(format!("{ids}.{}", "*".repeat(64))),
        "eyJ".repeat(5000),
        "ZXlK".repeat(5000),
    ] {
        assert_eq!(found(&text), [], "{text}");
    }
}

#[test]
fn the_output_of_windows_powershell_is_read_too() {
    let text = format!("\u{feff}übrig\r\ntoken: {}\r\n  b64: {}", value(), BASE64_STANDARD.encode(value()));
    let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    for bytes in [little, big] {
        assert_eq!(scan([&bytes[..]]), [at(2, false), at(3, true)]);
        assert_eq!(scan(bytes.chunks(1)), [at(2, false), at(3, true)]);
    }
}

#[test]
fn it_does_not_matter_where_a_file_is_cut() {
    let token = value();
    let text = format!(
        "a: {token}\nb: {}\nc: |\n{}\n",
        BASE64_STANDARD.encode(format!("x{token}")),
        wrapped(&BASE64_STANDARD.encode(format!("xy{token}")), 64, "\n  ")
    );
    let expected = [at(1, false), at(2, true), at(4, true)];
    assert_eq!(found(&text), expected);
    assert_eq!(scan(text.as_bytes().chunks(1)), expected);
    for cut in 0..text.len() {
        let (first, second) = text.as_bytes().split_at(cut);
        assert_eq!(scan([first, second]), expected, "{cut}");
    }
    // Nor how far a token is from what is looked at in one go.
    for filling in (STEP / 2 - 202)..(STEP / 2 + 2) {
        let text = format!("{}{token}", ".".repeat(filling));
        assert_eq!(found(&text), [at(1, false)], "{filling}");
    }
}

#[test]
fn a_huge_line_is_read_in_little_memory_and_a_scanner_serves_several_files() {
    let token = value();
    let mut scanner = TokenScanner::default();
    let capacity = scanner.buffer.capacity();
    for _ in 0..3 {
        let mut all = Vec::new();
        for _ in 0..12 {
            scanner.push(&[b'A'; 100_000], |token| all.push(token));
        }
        scanner.push(token.as_bytes(), |token| all.push(token));
        scanner.finish(|token| all.push(token));
        assert_eq!(all, [at(1, false)]);
    }
    assert_eq!(scanner.buffer.capacity(), capacity, "growing would leave copies behind");
}

proptest! {
    #[test]
    fn every_token_is_found_among_anything_and_nothing_else_is(
        parts in proptest::collection::vec((any::<u128>(), "[ -~\n]{0,40}", 0..4_usize), 0..6),
        cut in 1..500_usize,
    ) {
        let mut text = String::new();
        let mut expected = Vec::new();
        for (id, between, form) in parts {
            let id = Uuid::from_u128(id);
            let token = value_of(id, &std::array::from_fn(|at| id.as_bytes()[at % 16] ^ u8::try_from(at).expect("small")));
            // A space ends whatever stands before.
            text.push_str(&format!("{between} ="));
            let line = 1 + u64::try_from(text.matches('\n').count()).expect("few");
            expected.push(ScannedToken { id, project: PROJECT, line, is_base64: form > 0 });
            match form {
                0 => text.push_str(&token),
                more => text.push_str(&BASE64_STANDARD.encode(format!("{}{token};", &"ab"[..more - 1]))),
            }
            text.push(' ');
        }
        prop_assert_eq!(&found(&text), &expected);
        prop_assert_eq!(&scan(text.as_bytes().chunks(cut)), &expected);
    }

    #[test]
    fn any_bytes_are_read_the_same_however_they_are_cut(
        bytes in proptest::collection::vec(
            prop_oneof![Just(b'\n'), Just(b' '), Just(b'\\'), Just(b'\r'), any::<u8>(), proptest::sample::select(&b"eyJZXlKV5SleU."[..])],
            0..3000,
        ),
        cut in 1..40_usize,
    ) {
        prop_assert_eq!(scan([&bytes[..]]), scan(bytes.chunks(cut)));
    }
}
