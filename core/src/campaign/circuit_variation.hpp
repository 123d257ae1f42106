#pragma once

#include <span>
#include <string>
#include <vector>

#include "neucasl/base/xml.hpp"
#include "neucasl/circuit/circuit.hpp"

/// \file
/// What varies in a circuit, as a function of standard normal numbers.

namespace neucasl::campaign {

class CircuitVariation {
 public:
  /// The elements <vary parts="PATTERN" parameter="NAME" distribution="normal|lognormal"
  /// sigma="..." [scope="mismatch|process"]/> of a campaign; '*' stands for any text.
  /// \throws base::Error "campaign.vary".
  CircuitVariation(const base::XmlElement& campaign, const circuit::Circuit& nominal);

  [[nodiscard]] std::size_t size() const { return names_.size(); }
  [[nodiscard]] const std::string& name(std::size_t i) const { return names_[i]; }
  struct Setting {
    std::string target;
    double nominal = 0.0;
    double value = 0.0;
    base::Dimension dimension;
  };
  [[nodiscard]] std::vector<Setting> settings(std::span<const double> u) const;
  void apply(std::span<const double> u, circuit::Circuit& circuit) const;

 private:
  struct Place {
    std::string target;
    std::size_t device = 0;
    std::size_t parameter = 0;
    std::size_t number = 0;
    double nominal = 0.0;
    double sigma = 0.0;
    bool lognormal = false;
    base::Dimension dimension;
    [[nodiscard]] double value(std::span<const double> u) const;
  };
  void add(const base::XmlElement& element, const circuit::Circuit& nominal);

  std::vector<std::string> names_;
  std::vector<Place> places_;
};

}  // namespace neucasl::campaign
