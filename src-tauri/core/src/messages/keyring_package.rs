//! The command that installs a keyring on this distribution.

/// `None` on other systems and on distributions that are not known.
pub(super) fn install_command() -> Option<&'static str> {
    if !cfg!(target_os = "linux") {
        return None;
    }
    // The two places that os-release(5) names, in that order.
    let release = ["/etc/os-release", "/usr/lib/os-release"]
        .into_iter()
        .find_map(|file| std::fs::read_to_string(file).ok());
    command_for(&release?)
}

fn command_for(release: &str) -> Option<&'static str> {
    let field = |name: &str| {
        let line = release.lines().find_map(|line| line.trim().strip_prefix(name)?.strip_prefix('='));
        line.unwrap_or_default().trim_matches(['"', '\'']).to_ascii_lowercase()
    };
    // The distribution itself, then those it derives from, closest first.
    let (own, like) = (field("ID"), field("ID_LIKE"));
    [own.as_str()].into_iter().chain(like.split_whitespace()).find_map(|id| match id {
        "debian" | "ubuntu" => Some("sudo apt install gnome-keyring"),
        "fedora" | "rhel" | "centos" => Some("sudo dnf install gnome-keyring"),
        "arch" => Some("sudo pacman -S gnome-keyring"),
        "opensuse" | "suse" | "sles" => Some("sudo zypper install gnome-keyring"),
        "alpine" => Some("sudo apk add gnome-keyring"),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn k1_each_distribution_has_its_own_command() {
        for (release, command) in [
            ("PRETTY_NAME=\"Debian GNU/Linux 12\"\nID=debian\n", Some("sudo apt install gnome-keyring")),
            ("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n", Some("sudo apt install gnome-keyring")),
            ("ID=fedora\nVERSION_ID=43\n", Some("sudo dnf install gnome-keyring")),
            ("ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n", Some("sudo dnf install gnome-keyring")),
            ("NAME=Manjaro\nID=manjaro\nID_LIKE=arch\n", Some("sudo pacman -S gnome-keyring")),
            ("ID=\"opensuse-leap\"\nID_LIKE=\"suse opensuse\"\n", Some("sudo zypper install gnome-keyring")),
            ("ID=nixos\n", None),
            ("", None),
        ] {
            assert_eq!(command_for(release), command, "{release}");
        }
    }
}
