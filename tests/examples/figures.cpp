#include "tests/examples/figures.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <sstream>

#include "neucasl/base/quantity.hpp"

namespace neucasl::test {
namespace {

constexpr double relative_tolerance = 0.005;
/// Of the largest figure of the same dimension: what is below it counts as zero.
constexpr double share_of_largest = 1e-6;
/// A pure number below this whose label speaks of a difference or an error is a solver's noise.
constexpr double largest_noise = 1e-3;

struct Number {
  double value = 0.0;  ///< SI
  base::Dimension dimension;
};

/// A number and its unit, the words between numbers.
struct Part {
  std::optional<Number> number;
  std::string text;
};

bool begins_number(const std::string& word) {
  const char c = word[0];
  if (c >= '0' && c <= '9') return true;
  return (c == '-' || c == '+') && word.size() > 1 && word[1] >= '0' && word[1] <= '9';
}

Number number_of(const std::string& digits, const std::string& unit) {
  if (unit == "%" || unit == "%:") return {std::stod(digits) / 100.0, {}};
  const base::Quantity quantity = base::parse_quantity(digits + (unit.empty() ? "" : ' ' + unit));
  return {quantity.value, quantity.dimension};
}

std::vector<Part> parts_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  std::vector<Part> parts;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (!begins_number(words[i])) {
      parts.push_back({{}, words[i]});
      continue;
    }
    const bool has_unit =
        i + 1 < words.size() && !begins_number(words[i + 1]) && words[i + 1] != "to";
    const std::string unit = has_unit ? words[i + 1] : std::string();
    try {
      parts.push_back({number_of(words[i], unit), words[i] + ' ' + unit});
      if (has_unit) ++i;
    } catch (const std::exception&) {
      parts.push_back({{}, words[i]});
    }
  }
  return parts;
}

using Largest = std::map<base::Dimension, double>;

/// The largest figure of each dimension but the pure numbers.
Largest largest_of(const std::vector<FigureLine>& lines) {
  Largest largest;
  for (const FigureLine& line : lines) {
    for (const Part& part : parts_of(line.value)) {
      if (!part.number || part.number->dimension.dimensionless()) continue;
      double& most = largest[part.number->dimension];
      most = std::max(most, std::abs(part.number->value));
    }
  }
  return largest;
}

bool is_noise(const std::string& label, const Number& written) {
  const bool named =
      label.find("difference") != std::string::npos || label.find("error") != std::string::npos;
  return named && written.dimension.dimensionless() && std::abs(written.value) < largest_noise;
}

std::string fault_of(const std::string& label, const Part& written, const Part& printed,
                     const Largest& largest) {
  if (!written.number || !printed.number) {
    if (written.text == printed.text) return "";
    return "'" + written.text + "' where '" + printed.text + "' was printed";
  }
  const Number& a = *written.number;
  const Number& b = *printed.number;
  if (!(a.dimension == b.dimension)) {
    return "the unit of '" + written.text + "' is not that of '" + printed.text + "'";
  }
  double tolerance = relative_tolerance * std::abs(a.value);
  if (const auto most = largest.find(a.dimension); most != largest.end()) {
    tolerance += share_of_largest * most->second;
  }
  const bool right = is_noise(label, a) ? std::abs(b.value) <= 2.0 * std::abs(a.value) + 1e-12
                                        : std::abs(a.value - b.value) <= tolerance;
  return right ? "" : "'" + written.text + "' where '" + printed.text + "' was printed";
}

}  // namespace

std::vector<FigureLine> figure_lines(const std::string& text) {
  std::vector<FigureLine> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    const std::size_t gap = line.find("  ");
    if (gap == 0 || gap == std::string::npos) continue;
    const std::size_t value = line.find_first_not_of(' ', gap);
    if (value == std::string::npos) continue;
    lines.push_back({line.substr(0, gap), line.substr(value)});
  }
  return lines;
}

std::string block_after(const std::string& readme, const std::string& command) {
  std::istringstream stream(readme);
  bool commanded = false;
  bool inside = false;
  std::string block;
  for (std::string line; std::getline(stream, line);) {
    const bool fence = line.starts_with("```");
    if (inside && fence) return block;
    if (inside) block += line + '\n';
    if (fence && commanded) inside = true;
    // A command in a fenced block of its own: the figures are in the next block.
    commanded = commanded || line.find(command) != std::string::npos;
  }
  return "";
}

std::vector<std::string> faults_of(const std::string& block, const std::string& printed) {
  std::vector<std::string> faults;
  const std::vector<FigureLine> written = figure_lines(block);
  const auto lines = std::count(block.begin(), block.end(), '\n');
  if (written.empty() || static_cast<std::ptrdiff_t>(written.size()) != lines) {
    faults.push_back("the block has " + std::to_string(lines) + " lines, " +
                     std::to_string(written.size()) + " of them figures");
  }
  std::vector<FigureLine> found = figure_lines(printed);
  const Largest largest = largest_of(found);
  for (const FigureLine& line : written) {
    // Of equal labels the first that is left.
    const auto same = std::find_if(found.begin(), found.end(),
                                   [&](const FigureLine& one) { return one.label == line.label; });
    if (same == found.end()) {
      faults.push_back("'" + line.label + "' was not printed");
      continue;
    }
    const std::string value = same->value;
    found.erase(same);
    const std::vector<Part> a = parts_of(line.value);
    const std::vector<Part> b = parts_of(value);
    std::string fault = a.size() == b.size() ? "" : "'" + line.value + "' is not '" + value + "'";
    for (std::size_t i = 0; fault.empty() && i < a.size(); ++i) {
      fault = fault_of(line.label, a[i], b[i], largest);
    }
    if (!fault.empty()) faults.push_back("'" + line.label + "': " + fault);
  }
  return faults;
}

}  // namespace neucasl::test
