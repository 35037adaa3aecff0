//! What the dialogs say, in the languages of the page. They are not the page's words: it must not word these questions.

use calyptia_core::consent::Question;

use super::Text;

/// The words of one language. `{}` stands for what the field's name says.
pub(super) struct Words {
    #[cfg(target_os = "linux")]
    pub(super) app: &'static str,
    pub(super) allow: &'static str,
    pub(super) refuse: &'static str,
    #[cfg(target_os = "linux")]
    pub(super) paste: &'static str,
    #[cfg(target_os = "linux")]
    pub(super) cancel: &'static str,
    #[cfg(target_os = "linux")]
    pub(super) open: &'static str,
    #[cfg(target_os = "linux")]
    pub(super) save: &'static str,
    #[cfg(target_os = "linux")]
    pub(super) search: &'static str,
    pub(super) save_title: &'static str,
    pub(super) search_files_title: &'static str,
    pub(super) search_folder_title: &'static str,
    pub(super) choose_title: &'static str,
    pub(super) certificates: &'static str,
    pub(super) all_files: &'static str,
    server_title: &'static str,
    server: &'static str,
    server_plain: &'static str,
    proxy_title: &'static str,
    proxy: &'static str,
    certificates_title: &'static str,
    proxy_and_certificates_title: &'static str,
    certificates_mean: &'static str,
    more: &'static str,
}

static ENGLISH: Words = Words {
    #[cfg(target_os = "linux")]
    app: "Calyptia Tokens",
    allow: "Allow",
    refuse: "Don’t Allow",
    #[cfg(target_os = "linux")]
    paste: "Paste",
    #[cfg(target_os = "linux")]
    cancel: "Cancel",
    #[cfg(target_os = "linux")]
    open: "Open",
    #[cfg(target_os = "linux")]
    save: "Save",
    #[cfg(target_os = "linux")]
    search: "Search",
    save_title: "Export the tokens of this list",
    search_files_title: "Choose files to search for tokens",
    search_folder_title: "Choose a folder to search for tokens",
    choose_title: "Choose a file of certificates",
    certificates: "Certificates",
    all_files: "All files",
    server_title: "Send your bearer token to this server?",
    server: "Whoever runs this server can use your bearer token to act as you. Allow it only if you know the server.",
    server_plain: "The connection is not encrypted. Another user of this computer may be the one who answers.",
    proxy_title: "Send requests through this proxy?",
    proxy: "All requests to servers on other computers will go through it. It sees which servers they go to; what is sent stays encrypted.",
    certificates_title: "Trust these certificates?",
    proxy_and_certificates_title: "Use this proxy and trust these certificates?",
    certificates_mean: "Whoever has the key of one of these certificates can pose as any server, and read your bearer token and your tokens:",
    more: "and {} more",
};

static SPANISH: Words = Words {
    #[cfg(target_os = "linux")]
    app: "Calyptia Tokens",
    allow: "Permitir",
    refuse: "No permitir",
    #[cfg(target_os = "linux")]
    paste: "Pegar",
    #[cfg(target_os = "linux")]
    cancel: "Cancelar",
    #[cfg(target_os = "linux")]
    open: "Abrir",
    #[cfg(target_os = "linux")]
    save: "Guardar",
    #[cfg(target_os = "linux")]
    search: "Buscar",
    save_title: "Exportar los tokens de esta lista",
    search_files_title: "Elige archivos en los que buscar tokens",
    search_folder_title: "Elige una carpeta en la que buscar tokens",
    choose_title: "Elige un archivo de certificados",
    certificates: "Certificados",
    all_files: "Todos los archivos",
    server_title: "¿Enviar tu bearer token a este servidor?",
    server: "Quien administre este servidor podrá usar tu bearer token para actuar en tu nombre. Permítelo solo si conoces el servidor.",
    server_plain: "La conexión no está cifrada. Quien responda podría ser otro usuario de este equipo.",
    proxy_title: "¿Enviar las peticiones a través de este proxy?",
    proxy: "Todas las peticiones a servidores de otros equipos pasarán por él. Ve a qué servidores van; lo que se envía sigue cifrado.",
    certificates_title: "¿Confiar en estos certificados?",
    proxy_and_certificates_title: "¿Usar este proxy y confiar en estos certificados?",
    certificates_mean: "Quien tenga la clave de uno de estos certificados podrá hacerse pasar por cualquier servidor y leer tu bearer token y tus tokens:",
    more: "y {} más",
};

/// Whether this language, or otherwise the system's, is Spanish.
pub(crate) fn is_spanish(language: Option<&str>) -> bool {
    let language = language.map(str::to_owned).or_else(sys_locale::get_locale);
    language.is_some_and(|language| {
        language.split(['-', '_', '.']).next().is_some_and(|name| name.eq_ignore_ascii_case("es"))
    })
}

/// So many certificates are shown; a dialog with more would not fit on the screen.
const SHOWN: usize = 4;

impl Words {
    /// `language` as a BCP 47 tag; otherwise the system's.
    pub(super) fn of(language: Option<&str>) -> &'static Self {
        if is_spanish(language) { &SPANISH } else { &ENGLISH }
    }

    /// A question as its dialog says it.
    pub(super) fn describe(&self, question: &Question) -> Text {
        match question {
            Question::Server { url, encrypted } => {
                let mut body = format!("{url}\n\n{}", self.server);
                if !encrypted {
                    body = format!("{body}\n\n{}", self.server_plain);
                }
                Text { title: self.server_title.to_owned(), body }
            }
            Question::Network { proxy, certificates } => {
                let title = match (proxy, certificates.is_empty()) {
                    (Some(_), true) => self.proxy_title,
                    (Some(_), false) => self.proxy_and_certificates_title,
                    (None, _) => self.certificates_title,
                };
                let mut paragraphs = Vec::new();
                if let Some(proxy) = proxy {
                    paragraphs.push(format!("{proxy}\n{}", self.proxy));
                }
                if !certificates.is_empty() {
                    paragraphs.push(self.certificates_mean.to_owned());
                }
                for certificate in certificates.iter().take(SHOWN) {
                    paragraphs.push(format!(
                        "{}\nSHA-256 {}",
                        plain(&certificate.subject),
                        grouped(&certificate.sha256)
                    ));
                }
                if let Some(more) = certificates.len().checked_sub(SHOWN).filter(|more| *more > 0) {
                    paragraphs.push(self.more.replace("{}", &more.to_string()));
                }
                Text { title: title.to_owned(), body: paragraphs.join("\n\n") }
            }
        }
    }
}

/// A subject on one line: whoever wrote it must not be able to write the rest of the dialog.
fn plain(subject: &str) -> String {
    const LONGEST: usize = 120;
    let is_plain = |letter: &char| {
        !letter.is_control()
            && !matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let mut plain: String = subject.chars().filter(is_plain).take(LONGEST).collect();
    if subject.chars().count() > LONGEST {
        plain.push('…');
    }
    plain
}

/// Hexadecimal digits in groups of four.
fn grouped(hexadecimal: &str) -> String {
    let groups: Vec<_> = hexadecimal.as_bytes().chunks(4).map(String::from_utf8_lossy).collect();
    groups.join(" ")
}

#[cfg(test)]
mod tests {
    use calyptia_core::consent::{CertificateDetails, Question};

    use super::*;

    #[test]
    fn the_language_is_that_of_the_page() {
        for (language, refuse) in
            [("en", "Don’t Allow"), ("es", "No permitir"), ("es-MX", "No permitir"), ("et", "Don’t Allow")]
        {
            assert_eq!(Words::of(Some(language)).refuse, refuse, "{language}");
        }
    }

    #[test]
    fn p7_a_question_says_what_will_happen_and_nobody_else_can_word_it() {
        let text =
            ENGLISH.describe(&Question::Server { url: "https://new.acme.test".into(), encrypted: true });
        assert!(text.body.starts_with("https://new.acme.test\n") && !text.body.contains("not encrypted"));
        let plain =
            ENGLISH.describe(&Question::Server { url: "http://127.0.0.1:1".into(), encrypted: false });
        assert!(plain.body.contains("not encrypted"));
        let subject = format!("CN=Good\n\n\u{202e}All is well{}", "x".repeat(500));
        let certificates: Vec<_> = (0..6)
            .map(|_| CertificateDetails { subject: subject.clone(), sha256: "ab12cd34".into() })
            .collect();
        let both = SPANISH.describe(&Question::Network { proxy: Some("http://p:1".into()), certificates });
        assert_eq!(both.title, SPANISH.proxy_and_certificates_title);
        assert!(both.body.contains("http://p:1\n") && both.body.contains("SHA-256 ab12 cd34"));
        assert!(both.body.ends_with("y 2 más") && both.body.contains("CN=GoodAll is well"));
    }
}
