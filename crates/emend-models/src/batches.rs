//! Rows of different lengths, read together without much padding.

/// Parts `rows`, given by their lengths, into batches of similar length: indices, of which each stands in one batch. A batch
/// takes at most `most` tokens with its padding, or is a single row.
pub(crate) fn batches(lengths: &[usize], most: usize) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..lengths.len()).collect();
    order.sort_by_key(|&at| lengths[at]);
    let mut batches: Vec<Vec<usize>> = Vec::new();
    for at in order {
        match batches.last_mut() {
            // Rows grow, so the last of a batch is its longest.
            Some(batch) if (batch.len() + 1) * lengths[at] <= most => batch.push(at),
            _ => batches.push(vec![at]),
        }
    }
    batches
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_full_but_never_too_full() {
        assert_eq!(batches(&[3, 9, 1, 2, 40, 3], 9), [vec![2, 3, 0], vec![5], vec![1], vec![4]]);
        assert_eq!(batches(&[], 9), Vec::<Vec<usize>>::new());
        assert_eq!(batches(&[0, 0], 0), [vec![0, 1]]);
    }
}
