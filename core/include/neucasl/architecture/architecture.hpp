#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "neucasl/device/card.hpp"

/// \file
/// Descriptions of accelerator chips: what they are built of and how they are used.
///
/// A description is one XML file, "<id>.architecture.xml". Its hierarchy is chip > tile > (array
/// group | photonic core | digital core) > components. A *level* stands in its parent `count`
/// times; a *component* is `count` like circuits in each copy of its level, or one for every
/// `shared_by` copies of it. Every number has a unit, a source and a kind as in a device card, or
/// names a number of a card.

namespace neucasl::architecture {

enum class LevelKind { chip, tile, array_group, photonic_core, digital_core };
NEUCASL_EXPORT std::string_view to_string(LevelKind kind);

/// Kinds of components; behind each, what one event of it is.
enum class ComponentKind {
  array,            ///< One read of an array of memory cells.
  dac,              ///< One row driven with one input digit.
  sample_and_hold,  ///< One column held.
  adc,              ///< One conversion.
  shift_and_add,    ///< One conversion added to its sum.
  accumulator,      ///< One partial sum of an array, all its input cycles, added.
  input_register,   ///< `width` bits of input digits read.
  output_register,  ///< `width` bits of sums written.
  activation_unit,  ///< One element.
  pooling_unit,     ///< One element read.
  vector_unit,      ///< One addition, multiplication or function of one element.
  buffer,           ///< `width` bits read or written.
  bus,              ///< `width` bits moved inside a tile.
  router,           ///< `width` bits taken one hop further.
  link,             ///< `width` bits moved to another chip or off the chip.
  off_chip_memory,  ///< `width` bits read or written.
  laser,            ///< No event: always on.
  modulator,        ///< One operand encoded for one symbol.
  weight_bank,      ///< One setting of one resonator that holds a weight.
  photodetector,    ///< One symbol.
  amplifier,        ///< One conversion prepared: the symbols that are summed for it.
  passive,          ///< No event: what light passes, with the power that keeps it tuned.
  multiplier,       ///< One product of a digital core.
  adder_tree,       ///< One product of a digital core added to its sum.
  weight_memory,    ///< `width` bits of weights read or written.
  control           ///< No event: always on.
};
NEUCASL_EXPORT std::string_view to_string(ComponentKind kind);

/// Numbers of a component. All: count, shared_by (1 when absent), area and leakage of one,
/// in_published_totals (0: a source's sums leave it out; 1 when absent); all but
/// those without events: time of one event, and its energy or the power during that time.
/// Converters: bits. Arrays: rows, columns, bits_per_cell, and where they are programmed
/// write_energy of a cell, write_time of a row, and for training endurance (writes that a cell
/// bears); for netlists row_segment_resistance and column_segment_resistance of the wires from cell
/// to cell. Multipliers: bits of either factor. What moves bits: width. Memories: capacity in
/// bytes. Routers: hops, their mean number. What light passes: see photonic_plan.hpp. Choices:
/// `operand` of modulators and dac, "inputs" or "weights"; `scaling` of dac and adc, a law of
/// neucasl/link/converter.hpp, with the numbers reference_bits and reference_rate; `encoding` of
/// the modulator of inputs, "intensity" (never negative: a product whose inputs may be below zero
/// takes two passes, one for either sign) or "field" (a sign is a phase). Weight memories whose
/// weights are trained on photonic cores: write_energy of a cell of bits_per_cell (1 when absent)
/// bits, write_time of `width` bits, and where it is limited endurance (writes that a cell bears).
struct Component {
  ComponentKind kind = ComponentKind::control;
  std::string name;
  std::size_t count = 1;
  std::size_t shared_by = 1;
  device::Card numbers;
};

/// Numbers of a level: count, published_power, published_area (of one copy); of a photonic core
/// also those of photonic_plan.hpp; of a digital core inputs and outputs, whose product is the
/// number of its multipliers.
struct Level {
  LevelKind kind = LevelKind::chip;
  std::string name;
  std::size_t count = 1;
  device::Card numbers;
  std::vector<Component> components;
  std::vector<Level> parts;
  base::Location where;

  /// The first component of a kind; null when there is none.
  [[nodiscard]] NEUCASL_EXPORT const Component* find(ComponentKind component) const;
};

enum class Dataflow {
  weight_stationary,  ///< Weights stay, inputs move past them.
  output_stationary   ///< Sums stay, weights and inputs move past them.
};
enum class Duplication {
  none,     ///< Each weight is stored once.
  balanced  ///< Spare arrays hold further copies of the layers with most positions.
};
enum class Encoding {
  offset,       ///< One cell column for each slice of a weight, a constant subtracted digitally.
  differential  ///< Two cell columns for each slice, without the sign bit.
};

/// How weight gradients are computed in training.
enum class Gradient {
  unstated,       ///< Not for training.
  arrays,         ///< Inputs of the layer written into arrays, which the errors read.
  digital_unit,   ///< By a vector unit or a digital core.
  photonic_cores  ///< Inputs of the layer set or modulated as weights are, which the errors pass.
};

/// What the cores of a tile, or the tiles of a chip, have of a product.
enum class Split {
  blocks,     ///< Each its own blocks, with its own operands.
  positions,  ///< Other positions of one block, with the same weights.
  depth,      ///< Other terms of the same sums, which are added before conversion.
  outputs     ///< Other outputs of one block, with the same inputs.
};

/// Choices of photonic cores beside those of all: `cores_split` and `tiles_split`, "blocks" when
/// absent; `unused_parts`, "off" (when absent) or "on".
/// Numbers: weight_bits, activation_bits, partial_sum_bits; published_peak_throughput (1/s),
/// published_tops_per_mm2, published_tops_per_watt, published_frames_per_joule; of photonic cores
/// published_insertion_loss_db, published_laser_power (of one laser) and
/// published_laser_power_without_fan_out; published_power_of_KIND and published_area_of_KIND of all
/// components of a kind on one chip.
struct NEUCASL_EXPORT Architecture {
  std::string id;
  std::string title;
  Dataflow dataflow = Dataflow::weight_stationary;
  Duplication duplication = Duplication::none;
  Encoding encoding = Encoding::differential;
  Gradient gradient = Gradient::unstated;
  bool pipelined = false;         ///< Layers work on different samples at the same time.
  bool window_buffers = false;    ///< A pipelined layer starts with its first window of inputs.
  bool time_multiplexed = false;  ///< Arrays may be programmed anew during an inference.
  /// Columns of a differential pair are subtracted before their one conversion (choice
  /// `subtraction`, "digital" when absent), otherwise each is converted.
  bool analog_subtraction = false;
  std::string device;     ///< Card of the memory device, for netlists; empty: none is named.
  std::string periphery;  ///< Card of converters and registers, for netlists; empty: none.
  Split cores_split = Split::blocks;
  Split tiles_split = Split::blocks;
  bool unused_parts_on = false;  ///< Rows and columns without work draw power all the same.
  int weight_bits = 0;
  int activation_bits = 0;
  int partial_sum_bits = 0;
  device::Card numbers;
  Level chip;
  /// A name in the attribute `link` of a number; see links.hpp.
  struct Link {
    std::string path;  ///< Of the number, as in changes.hpp.
    std::string name;
    int power = 1;
  };
  std::vector<Link> links;
  base::Location where;

  [[nodiscard]] const Level& tile() const { return chip.parts.front(); }
  /// The array group, photonic core or digital core.
  [[nodiscard]] const Level& core() const { return tile().parts.front(); }
};

/// Cards that stand in for others: id in the description, id of what is taken.
using Substitutes = std::map<std::string, std::string>;

/// Reads a description; `cards` holds the cards that it refers to.
/// \throws base::Error "architecture.xml", "architecture.number" (unknown, missing, of another
/// dimension or out of range), "architecture.count" (no copies), "architecture.converter" (without
/// bits), "architecture.hierarchy", "architecture.channels" (beyond the free spectral range, with
/// the number that fits), "architecture.photonic_core" (without laser, modulator, detector or what
/// else its dataflow needs), "architecture.choice", "architecture.link" (no name, or a power that
/// is none); "device.*" as cards; each with file and line.
NEUCASL_EXPORT Architecture parse_architecture(std::string_view xml, const std::string& file,
                                               const device::Library& cards,
                                               const Substitutes& substitutes = {});

/// `name` is a file (it ends in .xml) or the id of a description below one of `folders`.
/// `where` is the place that names it, if any.
/// \throws base::Error "architecture.unknown" with the nearest id, at `where`; as
/// parse_architecture.
NEUCASL_EXPORT Architecture load_architecture(const std::string& name,
                                              const std::vector<std::filesystem::path>& folders,
                                              const Substitutes& substitutes = {},
                                              const base::Location& where = {});

/// Ids of the descriptions below some folders, sorted.
NEUCASL_EXPORT std::vector<std::string> architecture_ids(
    const std::vector<std::filesystem::path>& folders);

/// Takes another number of chips than the description states.
/// \throws base::Error "architecture.count" for 0 or more than 10^9.
NEUCASL_EXPORT void set_chips(Architecture& architecture, std::size_t chips);

/// Calls `visit` for each level, from the chip down, with the copies of it on all chips.
NEUCASL_EXPORT void for_each_level(
    const Architecture& architecture,
    const std::function<void(const Level& level, double copies)>& visit);

}  // namespace neucasl::architecture
