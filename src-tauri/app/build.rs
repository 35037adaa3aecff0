//! Checks `tauri.conf.json` and the page's access list, and hands both to the build.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-changed=src-tauri/app/permissions");
    let access_list =
        tauri_build::AppManifest::new().permissions_path_pattern("src-tauri/app/permissions/*.toml");
    tauri_build::try_build(tauri_build::Attributes::new().app_manifest(access_list))?;
    Ok(())
}
