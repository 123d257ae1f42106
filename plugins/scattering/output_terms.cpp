#include "output_terms.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace neucasl::scattering {
namespace {

/// Port of the net that is an end of the network, or none.
std::uint32_t find_end(const OpticalNetwork& network, const OpticalNet& net) {
  for (const std::uint32_t port : {net.second, net.first}) {
    const std::uint32_t device = network.ports[port].device;
    if (device == none || network.devices[device].ports == 1) return port;
  }
  return none;
}

class Parser {
 public:
  Parser(const OpticalNetwork& network, std::string_view text) : network_(network), text_(text) {}

  Output run() {
    double sign = 1.0;
    skip();
    if (take('-')) sign = -1.0;
    for (;;) {
      term(sign);
      skip();
      if (at_ == text_.size()) return std::move(output_);
      if (take('+')) {
        sign = 1.0;
      } else if (take('-')) {
        sign = -1.0;
      } else {
        refuse("'+' or '-' is missing");
      }
    }
  }

 private:
  [[noreturn]] void refuse(const std::string& what) const {
    throw base::Error(
        "scattering.output",
        "output '" + std::string(text_) + "', column " + std::to_string(at_ + 1) + ": " + what,
        "write terms as p(NET), t(OUT,IN), re(OUT,IN), im(OUT,IN), 0.5*t(OUT,IN), "
        "joined by + and -");
  }
  void skip() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }
  bool take(char c) {
    skip();
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  std::string_view until(std::string_view ends) {
    skip();
    const std::size_t end = text_.find_first_of(ends, at_);
    if (end == std::string_view::npos) refuse("the term does not end");
    std::string_view word = text_.substr(at_, end - at_);
    while (!word.empty() && word.back() == ' ') word.remove_suffix(1);
    at_ = end;
    return word;
  }

  void term(double sign) {
    skip();
    double coefficient = 1.0;
    const auto [end, code] =
        std::from_chars(text_.data() + at_, text_.data() + text_.size(), coefficient);
    if (code == std::errc{}) {
      if (!std::isfinite(coefficient)) refuse("the number is not finite");
      at_ = static_cast<std::size_t>(end - text_.data());
      if (!take('*')) refuse("'*' is missing behind the number");
    } else {
      coefficient = 1.0;
    }
    const std::string_view kind = until("(");
    ++at_;
    OutputTerm one;
    one.coefficient = sign * coefficient;
    if (kind == "p") {
      const std::string_view net = until(")");
      ++at_;
      add_power(one, net);
      return;
    }
    if (kind == "t") {
      one.kind = TermKind::share;
    } else if (kind == "re") {
      one.kind = TermKind::real;
    } else if (kind == "im") {
      one.kind = TermKind::imaginary;
    } else {
      refuse("there is no term '" + std::string(kind) + "'");
    }
    const std::string_view out = until(",");
    ++at_;
    const std::string_view in = until(")");
    ++at_;
    one.arrives = arrival(network_.net(out));
    one.input = end_of(network_, network_.net(in));
    output_.push_back(one);
  }

  /// The wave that arrives is the one out of the partner of the end.
  [[nodiscard]] std::uint32_t arrival(std::uint32_t net) const {
    return network_.ports[end_of(network_, net)].partner;
  }

  void add_power(OutputTerm one, std::string_view name) {
    const std::string prefix = std::string(name) + '.';
    const std::size_t before = output_.size();
    for (std::uint32_t k = 0; k < network_.nets.size(); ++k) {
      const std::string& net = network_.nets[k].name;
      const bool numbered = net.starts_with(prefix) &&
                            net.find_first_not_of("0123456789", prefix.size()) == std::string::npos;
      if (net != name && !numbered) continue;
      one.arrives = arrival(k);
      output_.push_back(one);
    }
    if (output_.size() == before) one.arrives = arrival(network_.net(name));
  }

  const OpticalNetwork& network_;
  std::string_view text_;
  std::size_t at_ = 0;
  Output output_;
};

}  // namespace

std::uint32_t end_of(const OpticalNetwork& network, std::uint32_t net) {
  const std::uint32_t end = find_end(network, network.nets[net]);
  if (end != none) return end;
  std::vector<std::string> known;
  for (const std::uint32_t one : port_nets(network)) known.push_back(network.nets[one].name);
  throw base::Error("scattering.port",
                    "optical net '" + network.nets[net].name +
                        "' is inside the network: no source, detector or termination ends it",
                    base::suggest(network.nets[net].name, known));
}

std::vector<std::uint32_t> port_nets(const OpticalNetwork& network) {
  std::vector<std::uint32_t> nets;
  for (std::uint32_t k = 0; k < network.nets.size(); ++k) {
    if (find_end(network, network.nets[k]) != none) nets.push_back(k);
  }
  return nets;
}

Output parse_output(const OpticalNetwork& network, std::string_view text) {
  return Parser(network, text).run();
}

}  // namespace neucasl::scattering
