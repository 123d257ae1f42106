#pragma once

#include "neucasl/architecture/placement.hpp"

/// \file
/// How the products of a workload run on photonic cores.
///
/// In one symbol a core multiplies a `rows` x (channels x guides) matrix of inputs by a
/// (channels x guides) x `columns` matrix of weights: the wavelength channels of one guide meet on
/// one detector, and the currents of `guides` guides are added. Numbers of the level, beside these:
/// symbol_time; channel_spacing, free_spectral_range and wavelength (of the middle channel);
/// accumulation_symbols, whose currents are added before one conversion (1 when absent);
/// readout_symbols, in which a block waits until its sums are read (0 when absent); encoded_inputs,
/// the different inputs of a symbol of a unit where those of its rows overlap (rows x depth when
/// absent). Windows of width k that move by s along a row share inputs: r rows of depth K have
/// min(r K, ceil(K ((r - 1) s + k) / k)) different ones, other products r K; a block with more than
/// are encoded takes as many symbols as that needs. Where inputs are intensities, a product whose
/// inputs may be below zero (workload::takes_negative) takes its symbols twice, once for either
/// sign, and the two sums are subtracted behind the converters.
///
/// A *unit* is the cores that work on one block together. By the choices cores_split and
/// tiles_split the cores of a tile and the tiles of a chip enlarge its rows, depth or outputs, or
/// are units of their own.
///
/// Weight-stationary (A. N. Tait et al., J. Lightwave Technol. 32:4029, 2014): a unit holds
/// depth x outputs weights in banks of resonators. A *setting* of them takes
///   (ceil(weights / converters) - 1) x dac time + max(dac time, bank time),
/// the last being the settling of a resonator, nanoseconds electro-optic, microseconds
/// thermo-optic, while its converter drives it. The choice `held_by` of the weights' dac says what
/// holds a weight while symbols pass: the `bank` (a memory or a capacitor at each resonator), or
/// the `converter`, whose power then acts the whole time. A product of P positions, depth K and N
/// outputs takes ceil(K / depth) ceil(N / outputs) settings, each of which serves ceil(P / rows)
/// symbols. When all fit, they stay from sample to sample and are duplicated as in placement.hpp.
/// Otherwise, where time-multiplexing is allowed, operations take the units in turn; an operation
/// with fewer settings than units is copied until its stream of symbols is as short as a setting,
/// and no further, since more copies would gain less than they cost to set.
///
/// Output-stationary (H. Zhu et al., Lightening-Transformer, HPCA 2024): both operands are encoded
/// by modulators, anew for each symbol, and a block of rows x outputs sums stays for
/// ceil(K / depth) symbols. Weights and computed matrices are alike.

namespace neucasl::architecture {

struct PhotonicPlan {
  std::size_t channels = 0;  ///< On one guide.
  std::size_t rows = 0;      ///< Positions of a unit.
  std::size_t depth = 0;     ///< Terms of one sum of a unit.
  std::size_t outputs = 0;   ///< Of a unit.
  std::size_t cores_per_unit = 1;
  std::size_t units = 0;  ///< On all chips.
  std::size_t units_per_chip = 0;
  std::size_t accumulation = 1;  ///< Symbols of one conversion.
  std::size_t banks_per_weight = 0;
  std::size_t encoded_inputs = 0;  ///< Different inputs of a symbol.
  bool converters_hold = false;    ///< Weights need their converters while symbols pass.
  bool intensities = false;        ///< Inputs below zero pass apart from the others.
  double readout_symbols = 0.0;
  double symbol_time = 0.0;   ///< s
  double setting_time = 0.0;  ///< s, of all banks of a unit; 0 when output-stationary.
  bool weight_stationary = true;
};

struct PhotonicOperation {
  workload::OperationId operation = 0;
  std::size_t position_blocks = 0;  ///< Of one product.
  std::size_t depth_blocks = 0;     ///< Of one product.
  std::size_t output_blocks = 0;    ///< Of one product.
  std::size_t blocks = 0;           ///< Settings of one copy, or blocks of sums that stay.
  std::size_t copies = 1;           ///< Of the settings.
  std::size_t rounds = 1;           ///< Times that a unit takes another block.
  std::size_t units = 0;            ///< At work at the same time.
  bool programmed = false;          ///< Weights are set during an inference.
  std::size_t passes = 1;           ///< Of the inputs: two when they have either sign.
  double symbols_of_block = 1.0;    ///< For one block of positions, in all passes.
  double encoded_share = 1.0;       ///< Different inputs over inputs of a block that overlaps.
  double symbols = 0.0;             ///< One after the other, without readout.
  double unit_symbols = 0.0;        ///< Summed over the units that have work in them.
};

struct PhotonicPlacement {
  PhotonicPlan plan;
  std::vector<PhotonicOperation> operations;  ///< Those with a product, in order.
  bool in_turn = false;                       ///< Operations share units one after the other.
  std::size_t units_used = 0;                 ///< By the operation, or all of them, with most.

  /// Null for an operation that no core works on.
  [[nodiscard]] NEUCASL_EXPORT const PhotonicOperation* find(workload::OperationId id) const;
};

/// The first component of a kind, from the chip down; `weights`: the one that encodes weights.
/// Null when there is none.
NEUCASL_EXPORT const Component* find_component(const Architecture& architecture, ComponentKind kind,
                                               bool weights = false);

/// Whether a modulator encodes inputs as intensities.
NEUCASL_EXPORT bool encodes_intensities(const Component& component);

/// Whether a modulator or dac has the operand "weights".
NEUCASL_EXPORT bool encodes_weights(const Component& component);

/// Whether a dac stands while resonators hold the weights that it has set.
NEUCASL_EXPORT bool converters_hold(const Component& component);

/// Whether all lines of a laser together reach the detector with its sensitivity, as some sources
/// budget it; otherwise each does.
NEUCASL_EXPORT bool counts_lines_together(const Component& component);

/// \throws base::Error "architecture.converter" for a converter narrower than its operands;
/// "architecture.photonic_core" when there is no photonic core, or when a unit has fewer
/// modulators, banks or detectors than its rows, depth and outputs need, with the number that would
/// do; "architecture.count" for more than 10^12 units.
NEUCASL_EXPORT PhotonicPlan photonic_plan(const Architecture& architecture, device::UseList& uses);

/// A product of two computed matrices is placed where operands are set during an inference; it is
/// left out where weights stay from sample to sample. `beside` says for each operation whether a
/// digital unit does its product; none: no operation.
/// \throws base::Error "architecture.capacity" when the weights do not fit and may not be set in
/// turn, with the smallest number of chips or tiles that would do; as photonic_plan.
NEUCASL_EXPORT PhotonicPlacement place_photonic(const Architecture& architecture,
                                                const workload::Workload& workload,
                                                device::UseList& uses,
                                                const std::vector<bool>& beside = {});

/// The units as arrays that hold weights, for what arrays and cores have alike: traffic between
/// chips, inputs and outputs of the network, shares of area.
NEUCASL_EXPORT Placement as_arrays(const PhotonicPlacement& placement);

}  // namespace neucasl::architecture
