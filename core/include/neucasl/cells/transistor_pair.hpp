#pragma once

#include <string>

#include "neucasl/device/card.hpp"
#include "neucasl/ir/builder.hpp"
#include "neucasl/model/model_library.hpp"
#include "neucasl/plugin/parameters.hpp"

/// \file
/// The two transistors that complementary circuits are made of.
///
/// A *pair* names the device cards of an n- and a p-channel transistor and says how large a *unit*
/// of each is. The size is one parameter of the device model: a count of fins or tubes, or a width.
/// Circuits state sizes in units, so that one generator serves every technology.

namespace neucasl::cells {

enum class Polarity { n, p };

struct NEUCASL_EXPORT TransistorPair {
  std::string n_card, p_card;
  double supply = 0.0;         ///< V
  std::string size_parameter;  ///< Of both models: "fins", "tubes", "width".
  base::Dimension size_dimension;
  bool whole_sizes = true;              ///< Sizes are whole numbers.
  double unit_n = 1.0, unit_p = 1.0;    ///< Of a unit transistor, SI.
  double least_size = 1.0;              ///< That the models allow, SI.
  bool bulk_n = false, bulk_p = false;  ///< The models have a terminal "bulk".
  /// Transistors in series in the place of each, so that one that conducts always does no harm.
  int stacked = 1;
  double gate_pitch = 0.0;   ///< From gate to gate along a row, m.
  double cell_height = 0.0;  ///< Of a row, m; a unit transistor of each kind fits.

  [[nodiscard]] const std::string& card(Polarity polarity) const {
    return polarity == Polarity::n ? n_card : p_card;
  }
  [[nodiscard]] bool bulk(Polarity polarity) const {
    return polarity == Polarity::n ? bulk_n : bulk_p;
  }
  /// The model's size of `units` unit transistors, rounded to a whole number where sizes are
  /// whole, and no less than the models allow.
  [[nodiscard]] double size(Polarity polarity, double units) const;
};

/// Reads the parameters n_card, p_card, supply (0 V: that of the n card), unit_size (of both
/// transistors), gate_pitch and cell_height, of a set that declares them, and checks the cards.
/// Where the set declares `stacked`, that too.
/// `size_parameter` is the name of the models' size.
/// \throws base::Error "cells.card" when a card is not of the family, names no model, is of the
/// wrong polarity by its model's name ("..._n", "..._p"), or its model lacks the size or a drain,
/// gate and source; "cells.supply" when the supply is not positive; what cards and models throw.
NEUCASL_EXPORT TransistorPair transistor_pair(const plugin::ParameterSet& parameters,
                                              const std::string& size_parameter,
                                              const device::Library& cards,
                                              model::ModelLibrary& models);

/// The numbers of both cards.
NEUCASL_EXPORT device::UseList uses_of(const TransistorPair& pair, const device::Library& cards,
                                       model::ModelLibrary& models);

/// Names what a characterisation rests on: cards, a hash of their content, their models, sizes and
/// supply. Equal texts: equal devices. One line without quotes.
NEUCASL_EXPORT std::string identity_of(const TransistorPair& pair, const device::Library& cards);

/// Nets that bulk terminals join: n to ground, p to supply.
struct Rails {
  ir::NetRef supply, ground;
};

/// The primitives "transistor_n" and "transistor_p" of a design. Copies refer to the same ones.
class NEUCASL_EXPORT Transistors {
 public:
  /// Adds the primitives unless the design has them. `pair` must outlive the object.
  Transistors(ir::Design& design, const TransistorPair& pair);

  /// A transistor of `units` unit sizes, or `stacked` of them in series.
  void add(ir::ModuleBuilder& module, Polarity polarity, const std::string& name,
           const ir::NetRef& drain, const ir::NetRef& gate, const ir::NetRef& source,
           const Rails& rails, double units = 1.0) const;
  void n(ir::ModuleBuilder& module, const std::string& name, const ir::NetRef& drain,
         const ir::NetRef& gate, const ir::NetRef& source, const Rails& rails,
         double units = 1.0) const {
    add(module, Polarity::n, name, drain, gate, source, rails, units);
  }
  void p(ir::ModuleBuilder& module, const std::string& name, const ir::NetRef& drain,
         const ir::NetRef& gate, const ir::NetRef& source, const Rails& rails,
         double units = 1.0) const {
    add(module, Polarity::p, name, drain, gate, source, rails, units);
  }
  [[nodiscard]] ir::ModuleId primitive(Polarity polarity) const {
    return polarity == Polarity::n ? n_ : p_;
  }
  [[nodiscard]] const TransistorPair& pair() const { return pair_; }

 private:
  const TransistorPair& pair_;
  ir::ModuleId n_, p_;
};

/// The primitive of two electrical pins "p" and "n" with this attribute "element", parameter and
/// default; found when the design has one of its name.
NEUCASL_EXPORT ir::ModuleId two_terminal(ir::Design& design, const std::string& name,
                                         const std::string& element, const std::string& parameter,
                                         const base::Quantity& value);

}  // namespace neucasl::cells
