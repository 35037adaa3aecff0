//! Checks `tauri.conf.json` and the page's access list, and hands both to the build.

use tauri_build::{AppManifest, Attributes, WindowsAttributes};

/// What the toolkit imports on Windows and only this version has.
const COMMON_CONTROLS: &str = "type='win32' name='Microsoft.Windows.Common-Controls' version='6.0.0.0' \
    processorArchitecture='*' publicKeyToken='6595b64144ccf1df' language='*'";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-changed=src-tauri/app/permissions");
    let access_list = AppManifest::new().permissions_path_pattern("src-tauri/app/permissions/*.toml");
    let mut attributes = Attributes::new().app_manifest(access_list);
    // Of all targets' environments, only that of Windows is called so.
    if std::env::var("CARGO_CFG_TARGET_ENV").as_deref() == Ok("msvc") {
        // Tauri names it to the app alone, and a test program without it does not start.
        println!("cargo:rustc-link-arg=/MANIFEST:EMBED");
        println!("cargo:rustc-link-arg=/MANIFESTDEPENDENCY:{COMMON_CONTROLS}");
        attributes = attributes.windows_attributes(WindowsAttributes::new_without_app_manifest());
    }
    tauri_build::try_build(attributes)?;
    Ok(())
}
