#pragma once

#include <span>
#include <string>
#include <vector>

#include "neucasl/base/xml.hpp"
#include "neucasl/circuit/circuit.hpp"
#include "neucasl/variation/correlation.hpp"

/// \file
/// What varies in a circuit, as a function of standard normal numbers.
///
/// Nouns. A *rule* says which parameter of which parts varies, and how. Its *scope* is process (one
/// number for all its parts) or mismatch (one number for each). A *plan* is a set of rules settled
/// for one circuit: `size()` independent standard normal numbers u to the values of its parameters.
/// Equal u give equal circuits, so that plain, quasi-random and rare-event sampling all work on it.
///
///   <vary name="vt" parts="cell.m*" parameter="threshold_voltage" distribution="normal"
///         sigma="20 mV" scope="mismatch"/>
///   <vary parts="*" spreads="model"/>         the models' own: mismatch by geometry, ...
///   <vary parts="*" spreads="card"/>          the spreads of the parts' cards, in their scopes
///   <vary ambient="temperature" distribution="uniform" low="273.15 K" high="358.15 K"/>
///   <vary parts="bank.disk*" parameter="resonance_shift" distribution="normal" sigma="1 nm"
///         correlation_length="200 um" decay="gaussian"/>
///   <correlation first="vt" second="vxo" value="-0.4"/>
///   <place parts="bank.disk*" x="0 um" y="0 um" row_pitch="20 um" column_pitch="20 um"/>
///
/// `parts` is a pattern over the names of devices, passive elements and constant sources: '*'
/// stands for any text, '?' for one character; several patterns stand apart by blanks. Parameters
/// of passives are `resistance`, `conductance`, `capacitance`, `inductance`, of sources `voltage`,
/// `current`. Distributions are those of a card's
/// <spread> (devices/README.md), with units: `normal` and `lognormal` with `sigma` (or
/// `relative_sigma`, of the nominal value) and optional bounds `low` and `high`, `uniform` from
/// `low` to `high`, `table` with `file`, `unit` and `of` (value or deviation). Several rules for
/// one parameter act one after the other, on the value that the earlier ones gave.
///
/// Correlations join rules by name: of scope process, or of scope mismatch with the same parts,
/// part by part. A rule with `correlation_length` is correlated over its parts by their places;
/// copy [i][j] of an array stands at (x + j column_pitch, y + i row_pitch).

namespace neucasl::circuit {

struct VaryRule {
  enum class Source { given, model, card, ambient_temperature };
  Source source = Source::given;
  std::string name;       ///< Empty: none.
  std::string parts;      ///< Patterns.
  std::string parameter;  ///< Empty unless given.
  std::string distribution;
  /// As written, with units; empty: not given.
  std::string sigma, relative_sigma, low, high;
  std::string file, unit;
  bool deviation = false;
  variation::Scope scope = variation::Scope::mismatch;
  std::string correlation_length;
  variation::Decay decay = variation::Decay::exponential;
  base::Location where;
};

struct CorrelationRule {
  std::string first, second;
  double value = 0.0;
  base::Location where;
};

struct PlaceRule {
  std::string parts;
  double x = 0.0, y = 0.0, row_pitch = 0.0, column_pitch = 0.0;  ///< m
  base::Location where;
};

struct VariationRules {
  std::vector<VaryRule> rules;
  std::vector<CorrelationRule> correlations;
  std::vector<PlaceRule> places;
};

/// Reads the elements <vary>, <correlation> and <place> among the children of an element; others
/// are the caller's. Names, forms and words are checked here, what depends on the circuit in
/// `VariationPlan`.
/// \throws base::Error "variation.plan" or "base.xml" with file and line.
NEUCASL_EXPORT VariationRules read_variation_rules(const base::XmlElement& element);

class NEUCASL_EXPORT VariationPlan {
 public:
  VariationPlan() = default;
  /// `nominal` with its parameters as they stand.
  /// \throws base::Error with the rule's line: "variation.plan" (no part or parameter of that name,
  /// with the nearest; a correlation of unlike rules; a part without a place),
  /// "variation.correlation" (not positive definite), "variation.distribution",
  /// "variation.table", "base.dimension".
  VariationPlan(const VariationRules& rules, const Circuit& nominal);

  /// Independent standard normal numbers that it takes.
  [[nodiscard]] std::size_t size() const { return names_.size(); }
  /// What number i moves: "vt cell.m1.threshold_voltage", "process m*.threshold_voltage".
  [[nodiscard]] const std::string& name(std::size_t i) const { return names_[i]; }

  /// One varied value.
  struct Setting {
    std::string target;  ///< "cell.m1.threshold_voltage", "temperature"
    double nominal = 0.0;
    double value = 0.0;
    base::Dimension dimension;
  };
  /// Of a sample, in the order of the rules; for the record of one sample.
  [[nodiscard]] std::vector<Setting> settings(std::span<const double> u) const;

  /// Gives `circuit`, which has the structure of the nominal one, the parameters of one sample;
  /// what does not vary stays. Values beyond a parameter's range of validity are held at its end,
  /// as in model::sample_parameters. Returns how many were.
  /// \throws base::Error "circuit.parameter", "circuit.value" when a model refuses the values.
  std::size_t apply(std::span<const double> u, Circuit& circuit) const;

 private:
  friend class PlanBuilder;  ///< Of the implementation.

  enum class TargetKind : std::uint8_t { device, passive, source, temperature };
  struct Target {
    TargetKind kind = TargetKind::device;
    std::vector<std::uint32_t> indices;  ///< More than one: the copies of a device for carriers.
    std::uint32_t parameter = 0;
    std::string name;
    base::Dimension dimension;
    double nominal = 0.0;
    double low = 0.0;  ///< Range of validity.
    double high = 0.0;
  };
  /// x = spread(x, z[number]) on one target.
  struct Step {
    std::uint32_t target = 0;
    std::uint32_t number = 0;
    device::Spread spread;
  };
  /// Correlated numbers: z[members] = factor z[members], group after group.
  struct Group {
    std::vector<std::uint32_t> members;
    std::uint32_t factor = 0;
  };

  [[nodiscard]] std::vector<double> values(std::span<const double> u) const;

  std::vector<std::string> names_;
  std::vector<Target> targets_;
  std::vector<Step> steps_;
  std::vector<Group> groups_;
  std::vector<variation::Correlation> factors_;
  std::vector<std::uint32_t> touched_;  ///< Devices to derive anew.
  bool ambient_ = false;
};

}  // namespace neucasl::circuit
