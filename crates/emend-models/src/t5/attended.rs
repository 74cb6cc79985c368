//! Attention on tensors, with gradients, without padding and without a table of scores in memory.

use std::sync::Arc;

use candle_core::{CpuStorage, CustomOp2, CustomOp3, Device, Layout, Result, Shape, Tensor};
use emend_kernels::attention::{Bias, Group, Heads, Looked, Seen, Slopes, attend, attend_back};
use emend_kernels::threads::pass;

use super::position_bias::{PositionBias, Sight};
use crate::slices::{given, numbers};

/// What queries (N, A) find, (N, A). `seen` are M keys and behind them as many values, (2·M, A). With a bias that
/// [looks back](Sight::Back) a query sees the keys of its group up to its own place, else all of them.
pub(super) fn attended(
    queries: &Tensor,
    seen: &Tensor,
    heads: Heads,
    groups: &Arc<[Group]>,
    bias: Option<&PositionBias>,
) -> Result<Tensor> {
    let attended = Attended { heads, groups: groups.clone(), bias: bias.cloned() };
    match bias {
        Some(bias) => queries.apply_op3(seen, bias.table(), attended),
        None => queries.apply_op2(seen, attended),
    }
}

struct Attended {
    heads: Heads,
    groups: Arc<[Group]>,
    /// With its lines at hand.
    bias: Option<PositionBias>,
}

impl Attended {
    /// The group of each query.
    fn of_each(&self) -> Vec<&Group> {
        self.groups.iter().flat_map(|group| group.queries.clone().map(move |_| group)).collect()
    }

    /// How many keys of its group a query sees.
    fn count(&self, group: &Group, query: usize) -> usize {
        match &self.bias {
            Some(bias) if bias.sight() == Sight::Back => query - group.queries.start + 1,
            _ => group.keys.len(),
        }
    }

    /// The bias of a query.
    fn window<'l>(&self, lines: &'l [f32], group: &Group, query: usize) -> Option<Bias<'l>> {
        self.bias.as_ref().map(|bias| bias.window(lines, query - group.queries.start))
    }

    fn lines(&self) -> Result<std::borrow::Cow<'_, [f32]>> {
        self.bias.as_ref().map_or(Ok([].as_slice().into()), PositionBias::lines)
    }

    fn work(&self) -> usize {
        let width = self.heads.count * self.heads.width;
        self.groups.iter().map(|group| 2 * group.queries.len() * group.keys.len() * width).sum()
    }

    fn forward(&self, queries: &[f32], seen: &[f32], shape: &Shape) -> Result<(CpuStorage, Shape)> {
        let width = self.heads.count * self.heads.width;
        let (keys, values) = seen.split_at(seen.len() / 2);
        let (of_each, lines) = (self.of_each(), self.lines()?);
        let sees = |query: usize| {
            let group = of_each[query];
            let place = group.keys.start * width..(group.keys.start + self.count(group, query)) * width;
            let bias = self.window(&lines, group, query);
            Seen { keys: &keys[place.clone()], values: &values[place], bias }
        };
        let mut found = vec![0.0; queries.len()];
        let looks = self.work() / (2 * width);
        pass(self.work(), || attend(self.heads, queries, looks, &sees, &mut found));
        Ok((CpuStorage::F32(found), shape.clone()))
    }

    /// Gradients of queries, of keys and values, and of the lines where they are wanted.
    fn backward(
        &self,
        queries: &Tensor,
        seen: &Tensor,
        found: &Tensor,
        upstream: &Tensor,
        lines_learn: bool,
    ) -> Result<(Tensor, Tensor, Vec<f32>)> {
        let upstream = upstream.contiguous()?;
        let (queries_numbers, seen_numbers) = (numbers(queries)?, numbers(seen)?);
        let (found, upstream) = (numbers(found)?, numbers(&upstream)?);
        let (keys, values) = seen_numbers.split_at(seen_numbers.len() / 2);
        let looked = Looked {
            heads: self.heads,
            queries: &queries_numbers,
            keys,
            values,
            found: &found,
            upstream: &upstream,
        };
        let (of_each, lines) = (self.of_each(), self.lines()?);
        let sees = |query: usize| {
            let group = of_each[query];
            (self.count(group, query), self.window(&lines, group, query))
        };
        let (mut by_query, mut by_seen) = (vec![0.0; queries_numbers.len()], vec![0.0; seen_numbers.len()]);
        let mut by_line = if lines_learn { vec![0.0; lines.len()] } else { Vec::new() };
        let (keys, values) = by_seen.split_at_mut(seen_numbers.len() / 2);
        let slopes = Slopes {
            queries: &mut by_query,
            keys,
            values,
            lines: lines_learn.then_some(by_line.as_mut_slice()),
        };
        pass(3 * self.work(), || attend_back(&looked, &self.groups, &sees, slopes));
        let by_query = Tensor::from_vec(by_query, queries.shape(), &Device::Cpu)?;
        Ok((by_query, Tensor::from_vec(by_seen, seen.shape(), &Device::Cpu)?, by_line))
    }
}

impl CustomOp2 for Attended {
    fn name(&self) -> &'static str {
        "attention"
    }

    fn cpu_fwd(
        &self,
        queries: &CpuStorage,
        queries_layout: &Layout,
        seen: &CpuStorage,
        seen_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        self.forward(given(queries, queries_layout)?, given(seen, seen_layout)?, queries_layout.shape())
    }

    fn bwd(
        &self,
        queries: &Tensor,
        seen: &Tensor,
        found: &Tensor,
        upstream: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let (by_query, by_seen, _) = self.backward(queries, seen, found, upstream, false)?;
        Ok((Some(by_query), Some(by_seen)))
    }
}

/// The third is the table of the bias, whose numbers stand in its lines.
impl CustomOp3 for Attended {
    fn name(&self) -> &'static str {
        "biased-attention"
    }

    fn cpu_fwd(
        &self,
        queries: &CpuStorage,
        queries_layout: &Layout,
        seen: &CpuStorage,
        seen_layout: &Layout,
        _: &CpuStorage,
        _: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        self.forward(given(queries, queries_layout)?, given(seen, seen_layout)?, queries_layout.shape())
    }

    fn bwd(
        &self,
        queries: &Tensor,
        seen: &Tensor,
        table: &Tensor,
        found: &Tensor,
        upstream: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let (by_query, by_seen, by_line) =
            self.backward(queries, seen, found, upstream, table.is_variable())?;
        let by_table = match &self.bias {
            Some(bias) if table.is_variable() => Some(bias.table_slopes(&by_line)?),
            _ => None,
        };
        Ok((Some(by_query), Some(by_seen), by_table))
    }
}
