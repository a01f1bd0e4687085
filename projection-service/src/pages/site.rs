//! The built front end, read into memory.

use std::{
    collections::HashMap,
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use bytes::Bytes;
use thiserror::Error;

use super::{
    encoding::Encoded,
    file::{ASSETS, StaticFile},
    html::Head,
    language::Language,
    scripts::{INNER, Scripts},
    template::{Filling, Template},
    top,
};

/// What is shown while a page says nothing better about itself.
pub const NAME: &str = "Fullhouse";

type Files = HashMap<String, Arc<StaticFile>>;

/// See the module.
#[derive(Debug)]
pub struct Site {
    pub storefront: Template,
    pub organizer: Option<Template>,
    /// The scanner's page: the same for everybody.
    pub scan: Option<Encoded>,
    /// The storefront's page where nothing is known about what is on it.
    bare: Encoded,
    /// The same with the scripts of a page, by its module.
    inner: HashMap<&'static str, Encoded>,
    scripts: Scripts,
    files: Files,
    /// Of the build before: who has its pages open still asks for them.
    older: Files,
}

/// Why there is no front end.
#[derive(Debug, Error)]
pub enum SiteError {
    /// The folder isn't there, or not what a build leaves.
    #[error("there is no {0}")]
    NoEntry(PathBuf),
    /// A file can't be read.
    #[error("{0} can't be read")]
    Unreadable(PathBuf, #[source] io::Error),
}

impl Site {
    /// Reads the folder that the build leaves. `head` is written into every page of the storefront.
    ///
    /// # Errors
    ///
    /// [`SiteError`].
    pub fn read(folder: &Path, head: &str) -> Result<Self, SiteError> {
        let index = folder.join("index.html");
        if !index.is_file() {
            return Err(SiteError::NoEntry(index));
        }
        let mut found = HashMap::new();
        read_folder(folder, "", &mut found)?;
        let mut files = Files::new();
        for (path, body) in &found {
            if !is_file(path) {
                continue;
            }
            let beside = |extension: &str| found.get(&format!("{path}{extension}")).cloned();
            let file = StaticFile::new(path, body.clone(), beside(".br"), beside(".gz"));
            files.insert(path.clone(), Arc::new(file));
        }
        let entry = |name: &str| {
            let html = String::from_utf8_lossy(found.get(name)?);
            Some(Template::parse(&html))
        };
        let style = |path: &str| {
            Some(String::from_utf8_lossy(files.get(path)?.body.identity()).into_owned())
        };
        let storefront = entry("index.html").ok_or(SiteError::NoEntry(index))?;
        let storefront = storefront.with_styles_inside(style).with_head(head);
        let scan = entry("scan/index.html");
        let scan = scan.map(|entry| filled(&entry, "Scanner · Fullhouse", "", &[]));
        let organizer = entry("organizer/index.html");
        let manifest = fs::read_to_string(folder.join(".vite/shop.json")).unwrap_or_default();
        let scripts = Scripts::read(&manifest);
        let page = |scripts: &[String]| filled(&storefront, NAME, &top::header(), scripts);
        let bare = page(&[]);
        let inner = INNER.into_iter().map(|module| (module, page(scripts.of(module)))).collect();
        let older = Files::new();
        Ok(Self { storefront, organizer, scan, bare, inner, scripts, files, older })
    }

    /// The same, with what only the build before had.
    #[must_use]
    pub fn after(mut self, before: &Self) -> Self {
        let older = before.files.iter().filter(|(path, _)| path.starts_with(ASSETS));
        self.older = older.map(|(path, file)| (path.clone(), Arc::clone(file))).collect();
        self
    }

    /// Paths of the scripts of a page that its entry doesn't name.
    pub fn scripts_of(&self, page: &str) -> &[String] {
        self.scripts.of(page)
    }

    /// Paths of the words of a language that the entry doesn't name.
    pub fn words_of(&self, language: Language) -> &[String] {
        self.scripts.of_words(language)
    }

    /// The storefront's page where nothing is known about what is on it but the module that makes it.
    pub fn bare(&self, module: Option<&str>) -> &Encoded {
        module.and_then(|module| self.inner.get(module)).unwrap_or(&self.bare)
    }

    /// A file by its path below the folder.
    pub fn file(&self, path: &str) -> Option<&StaticFile> {
        self.files.get(path).or_else(|| self.older.get(path)).map(AsRef::as_ref)
    }
}

/// A page that search engines should leave out.
fn filled(template: &Template, title: &str, top: &str, scripts: &[String]) -> Encoded {
    let mut head = Head::default();
    head.title(title);
    head.name("robots", "noindex");
    head.preload_scripts(scripts);
    Encoded::text(template.fill(Filling { head: &head.into_html(), top, boot: "" }))
}

/// Neither what was compressed beside a file nor an entry is a file to be asked for.
fn is_file(path: &str) -> bool {
    let extension = Path::new(path).extension().unwrap_or_default();
    !["br", "gz", "html"].iter().any(|other| extension == *other)
}

fn read_folder(
    folder: &Path,
    prefix: &str,
    found: &mut HashMap<String, Bytes>,
) -> Result<(), SiteError> {
    let unreadable = |path: &Path| {
        let path = path.to_owned();
        move |error| SiteError::Unreadable(path, error)
    };
    for entry in fs::read_dir(folder).map_err(unreadable(folder))? {
        let entry = entry.map_err(unreadable(folder))?;
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        if name.starts_with('.') {
            continue;
        }
        let kind = entry.file_type().map_err(unreadable(&path))?;
        if kind.is_dir() {
            read_folder(&path, &format!("{prefix}{name}/"), found)?;
        } else if kind.is_file() {
            let body = fs::read(&path).map_err(unreadable(&path))?;
            found.insert(format!("{prefix}{name}"), body.into());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::tests::dist;

    #[test]
    fn reads_what_the_build_left() {
        let folder = dist();
        let site = Site::read(folder.path(), "").unwrap();
        assert_eq!(site.file("assets/app-1.js").unwrap().body.identity(), "run()");
        assert!(site.organizer.is_some() && site.scan.is_some());
        assert!(site.bare(None).identity().starts_with(b"<!doctype html>"));
        let told = Site::read(folder.path(), "<meta name=\"m\">").unwrap();
        let bare = String::from_utf8_lossy(told.bare(None).identity()).into_owned();
        assert!(bare.contains("<meta name=\"m\">") && bare.find("\"m\"") < bare.find("</head>"));
        for path in
            ["index.html", "scan/index.html", "assets/app-1.js.br", ".built-from", "../secret", ""]
        {
            assert!(site.file(path).is_none(), "{path}");
        }
    }

    #[test]
    fn a_folder_without_an_entry_is_no_front_end() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(Site::read(folder.path(), ""), Err(SiteError::NoEntry(_))));
        let gone = folder.path().join("gone");
        assert!(matches!(Site::read(&gone, ""), Err(SiteError::NoEntry(_))));
    }

    #[test]
    fn open_pages_still_find_the_files_of_the_build_before() {
        let folder = dist();
        let first = Site::read(folder.path(), "").unwrap();
        fs::rename(folder.path().join("assets/app-1.js"), folder.path().join("assets/app-2.js"))
            .unwrap();
        fs::remove_file(folder.path().join("favicon.svg")).unwrap();
        let second = Site::read(folder.path(), "").unwrap().after(&first);
        assert!(second.file("assets/app-1.js").is_some());
        assert!(second.file("assets/app-2.js").is_some());
        assert!(second.file("favicon.svg").is_none());
        let third = Site::read(folder.path(), "").unwrap().after(&second);
        assert!(third.file("assets/app-1.js").is_none());
    }
}
