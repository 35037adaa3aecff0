//! Galloping search, also called exponential search: quick where the answer is close to the start.

/// How many of the numbers `0..len` pass `test`, if none passes after one that does not. Quick where few pass.
pub(crate) fn gallop(len: usize, test: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut step) = (0, 1);
    while low + step <= len && test(low + step - 1) {
        low += step;
        step *= 2;
    }
    // All before `low` pass the test. The one before `low + step`, if there is one, does not.
    let mut high = len.min(low + step - 1);
    while low < high {
        let middle = low + (high - low) / 2;
        if test(middle) { low = middle + 1 } else { high = middle }
    }
    low
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn gallop_counts_as_partition_point_does(len in 0usize..70, holds in 0usize..80) {
            prop_assert_eq!(gallop(len, |n| n < holds), len.min(holds));
        }
    }
}
