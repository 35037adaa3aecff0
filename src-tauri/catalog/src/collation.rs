//! The order of names: a language's, with numbers by value. Only the root collation is linked into the program: the
//! tables of all languages take three times as much as everything else here. It serves most European languages; what
//! it lacks are letters that a language moves, such as Swedish å after z.

use std::{fmt, sync::Arc};

use icu_collator::{
    Collator, CollatorBorrowed, CollatorPreferences,
    options::CollatorOptions,
    preferences::CollationNumericOrdering,
    provider::{
        Baked, CollationDiacriticsV1, CollationJamoV1, CollationMetadataV1, CollationReorderingV1,
        CollationRootV1, CollationSpecialPrimariesV1, CollationTailoringV1,
    },
};
use icu_normalizer::provider::{self as normalizer, NormalizerNfdDataV1, NormalizerNfdTablesV1};
use icu_provider::prelude::*;

use crate::sort_keys::AsciiWeights;

/// How names are compared.
#[derive(Clone)]
pub struct Collation(Arc<Tables>);

struct Tables {
    collator: Collator,
    ascii: AsciiWeights,
}

impl Collation {
    pub(crate) fn collator(&self) -> CollatorBorrowed<'_> {
        self.0.collator.as_borrowed()
    }

    pub(crate) fn ascii(&self) -> &AsciiWeights {
        &self.0.ascii
    }
}

impl Default for Collation {
    /// The order of no language in particular.
    fn default() -> Self {
        let mut preferences = CollatorPreferences::default();
        preferences.numeric_ordering = Some(CollationNumericOrdering::True);
        #[expect(clippy::expect_used, reason = "the data is part of the program")]
        let collator = Collator::try_new_unstable(&RootOnly, preferences, CollatorOptions::default())
            .expect("the root collation's data");
        let ascii = AsciiWeights::new(&collator.as_borrowed());
        Self(Arc::new(Tables { collator, ascii }))
    }
}

impl fmt::Debug for Collation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Collation")
    }
}

/// Provides the root collation and refers to no other, so that the linker leaves the others out.
struct RootOnly;

macro_rules! provide {
    ($($marker:ty: |$request:pat_param| $response:expr;)*) => {
        $(impl DataProvider<$marker> for RootOnly {
            fn load(&self, $request: DataRequest) -> Result<DataResponse<$marker>, DataError> {
                $response
            }
        })*
    };
}

provide! {
    CollationRootV1: |request| Baked.load(request);
    CollationJamoV1: |request| Baked.load(request);
    CollationSpecialPrimariesV1: |request| Baked.load(request);
    NormalizerNfdDataV1: |request| normalizer::Baked.load(request);
    NormalizerNfdTablesV1: |request| normalizer::Baked.load(request);
    CollationMetadataV1: |_| Ok(constant(DataPayload::from_static_ref(Baked::COLLATION_METADATA_V1_UND)));
    CollationDiacriticsV1: |_| Ok(constant(DataPayload::from_static_ref(Baked::COLLATION_DIACRITICS_V1_UND)));
    CollationTailoringV1: |_| Err(DataErrorKind::IdentifierNotFound.into_error());
    CollationReorderingV1: |_| Err(DataErrorKind::IdentifierNotFound.into_error());
}

fn constant<M: DynamicDataMarker>(payload: DataPayload<M>) -> DataResponse<M> {
    DataResponse { metadata: DataResponseMetadata::default(), payload }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c74_names_sort_as_people_expect() {
        let mut names = [
            "zorro",
            "Token1",
            "agent-10",
            "token10",
            "Árbol",
            "agent-2",
            "token2",
            "Zorro",
            "arbol",
            "Älter",
            "ångström",
            "b",
        ];
        let collation = Collation::default();
        names.sort_by(|a, b| collation.collator().compare(a, b));
        let expected = [
            "agent-2",
            "agent-10",
            "Älter",
            "ångström",
            "arbol",
            "Árbol",
            "b",
            "Token1",
            "token2",
            "token10",
            "zorro",
            "Zorro",
        ];
        assert_eq!(names, expected);
    }
}
