#pragma once

#include "photonic_schedule.hpp"
#include "training_cost.hpp"

/// \file
/// Costs of training on photonic cores with batches of B samples, counted for one sample.
///
/// The operations of workload/training.hpp run as those of an inference do (A. N. Tait et al., J.
/// Lightwave Technol. 32:4029, 2014; M. Filipovich et al., Optica 9:1323, 2022, for banks that
/// propagate errors). For Y = X W with errors D of Y
///   D W^T   errors pass banks that hold the transposed weights, read from where W lies
///   X^T D   the choice `weight_gradient`: "photonic-cores", X held as weights are, the errors pass
///           it, set or modulated anew for each sample; "digital-unit", two operations of a vector
///           unit a multiply-accumulate
/// Errors have either sign: where inputs are intensities they pass twice (photonic_plan.hpp). Each
/// setting of a bank costs its energy, time, and that of its converters; weights that are set in
/// turn are set in each sample, forward and backward.
///
/// An update of w weights of b bits, which counts 1/B, reads them and the sums of gradients, adds,
/// and writes them where they lie:
///   weight memory     w b bits read; ceil(w b / bits_per_cell) cells of write_energy, w b / width
///                     write_time over the memories of the cores at work
///   off-chip memory   2 w b bits moved
///   banks             with weights that stay, settings of all copies and of the transposes, once
///                     for an update, in the time of one setting
/// Cells of a weight memory that states its `endurance` bear B times as many samples.
///
/// Times of a batch, storage and sums of gradients are those of training_cost.hpp. Settings are not
/// shared by the samples of a batch.

namespace neucasl::performance_plugin {

struct PhotonicTraining {
  TrainingCost training;  ///< Its `cost` is complete.
  PhotonicCost photonic;  ///< The same operations, with placement and link.
};

/// \throws base::Error as check_training and photonic_cost; "architecture.training" when gradients
/// are to be computed on cores whose weights stay, or nothing that can be written holds the
/// weights; "device.number" for a weight memory without write_energy or write_time.
PhotonicTraining photonic_training(const plugin::SystemRequest& request,
                                   const std::vector<architecture::OperationBits>& bits,
                                   device::UseList& uses);

}  // namespace neucasl::performance_plugin
