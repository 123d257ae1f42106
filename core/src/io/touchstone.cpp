#include "neucasl/io/touchstone.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numbers>

#include "neucasl/base/diagnostics.hpp"
#include "neucasl/base/file.hpp"
#include "neucasl/base/quantity.hpp"

namespace neucasl::io {
namespace {

constexpr std::size_t most_ports = 4096;
constexpr std::size_t numbers_a_line = 4;

std::string lower_case(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

enum class Format { real_imaginary, magnitude_angle, decibel_angle };

class Reader {
 public:
  Reader(std::string_view text, std::size_t ports, const std::string& file)
      : text_(text), file_(file) {
    data_.ports = ports;
  }

  Touchstone run() {
    std::size_t begin = 0;
    while (begin <= text_.size()) {
      ++line_;
      const std::size_t end = std::min(text_.find('\n', begin), text_.size());
      read_line(text_.substr(begin, end - begin));
      begin = end + 1;
    }
    if (!options_) refuse(1, "there is no option line", "begin it with '# HZ S RI R 50'");
    if (!numbers_.empty()) {
      refuse(1,
             "the last record has " + std::to_string(numbers_.size()) + " of " +
                 std::to_string(record_size()) + " numbers",
             "complete it");
    }
    if (data_.frequency.empty()) refuse(1, "the file holds no data", "give at least one frequency");
    return std::move(data_);
  }

 private:
  [[noreturn]] void refuse(std::size_t column, const std::string& what,
                           const std::string& remedy) const {
    throw base::Error("io.touchstone", what, remedy,
                      {file_, line_, static_cast<std::uint32_t>(column)});
  }
  [[nodiscard]] std::size_t record_size() const { return 1 + 2 * data_.ports * data_.ports; }

  void read_line(std::string_view line) {
    const std::size_t comment = line.find('!');
    if (comment != std::string_view::npos) {
      std::string_view text = line.substr(comment + 1);
      while (!text.empty() && (text.back() == '\r' || text.back() == ' ')) text.remove_suffix(1);
      while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
      if (!options_) data_.comments.emplace_back(text);
      line = line.substr(0, comment);
    }
    std::size_t at = 0;
    for (;;) {
      at = line.find_first_not_of(" \t\r", at);
      if (at == std::string_view::npos) return;
      const std::size_t end = std::min(line.find_first_of(" \t\r", at), line.size());
      const std::string_view word = line.substr(at, end - at);
      if (word.front() == '[') {
        refuse(at + 1, "'" + std::string(word) + "' is a keyword of Touchstone 2",
               "save the file as version 1");
      }
      if (word.front() == '#') {
        read_options(line, at + 1);
        return;
      }
      if (!options_) {
        refuse(at + 1, "data come before the option line", "begin it with '# HZ S RI R 50'");
      }
      number(word, at + 1);
      at = end;
    }
  }

  void read_options(std::string_view line, std::size_t at) {
    if (options_) return;  // the specification: further ones are ignored
    options_ = true;
    bool resistance = false;
    for (;;) {
      at = line.find_first_not_of(" \t\r", at);
      if (at == std::string_view::npos) break;
      const std::size_t end = std::min(line.find_first_of(" \t\r", at), line.size());
      const std::string word = lower_case(line.substr(at, end - at));
      if (resistance) {
        data_.reference_resistance = parse(line.substr(at, end - at), at + 1);
        if (!(data_.reference_resistance > 0.0)) {
          refuse(at + 1, "the reference resistance is not positive", "give it in ohm, as 'R 50'");
        }
        resistance = false;
      } else {
        resistance = word == "r";
        if (!resistance) read_option(word, at + 1);
      }
      at = end;
    }
    if (resistance) refuse(line.size(), "'R' has no number", "give it in ohm, as 'R 50'");
  }

  void read_option(const std::string& word, std::size_t column) {
    if (word == "hz") {
      unit_ = 1.0;
    } else if (word == "khz") {
      unit_ = 1e3;
    } else if (word == "mhz") {
      unit_ = 1e6;
    } else if (word == "ghz") {
      unit_ = 1e9;
    } else if (word == "ri") {
      format_ = Format::real_imaginary;
    } else if (word == "ma") {
      format_ = Format::magnitude_angle;
    } else if (word == "db") {
      format_ = Format::decibel_angle;
    } else if (word == "y" || word == "z" || word == "h" || word == "g") {
      refuse(column, "the data are " + word + " parameters", "save them as S parameters");
    } else if (word != "s") {
      refuse(column, "there is no option '" + word + "'",
             "use HZ, KHZ, MHZ or GHZ, S, and RI, MA or DB");
    }
  }

  [[nodiscard]] double parse(std::string_view word, std::size_t column) const {
    if (!word.empty() && word.front() == '+') word.remove_prefix(1);
    double value = 0.0;
    const auto [end, code] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (code != std::errc{} || end != word.data() + word.size() || !std::isfinite(value)) {
      refuse(column, "'" + std::string(word) + "' is not a finite number", "write it as 1.5e-3");
    }
    return value;
  }

  void number(std::string_view word, std::size_t column) {
    const double value = parse(word, column);
    if (numbers_.empty()) {
      const double frequency = value * unit_;
      if (frequency < 0.0) refuse(column, "the frequency is negative", "give it as 0 or more");
      if (!data_.frequency.empty() && !(frequency > data_.frequency.back())) {
        refuse(column, "the frequency does not ascend",
               data_.ports == 2 ? "sort the records; noise data are not read" : "sort the records");
      }
    }
    numbers_.push_back(value);
    if (numbers_.size() < record_size()) return;
    data_.frequency.push_back(numbers_.front() * unit_);
    const std::size_t n = data_.ports;
    const std::size_t first = data_.matrix.size();
    data_.matrix.resize(first + n * n);
    for (std::size_t k = 0; k < n * n; ++k) {
      // Two ports: S11 S21 S12 S22.
      const std::size_t place = n == 2 ? (k % 2) * 2 + k / 2 : k;
      data_.matrix[first + place] = complex_of(numbers_[1 + 2 * k], numbers_[2 + 2 * k]);
    }
    numbers_.clear();
  }

  [[nodiscard]] std::complex<double> complex_of(double a, double b) const {
    if (format_ == Format::real_imaginary) return {a, b};
    const double magnitude = format_ == Format::decibel_angle ? std::pow(10.0, a / 20.0) : a;
    return std::polar(1.0, b * std::numbers::pi / 180.0) * magnitude;
  }

  std::string_view text_;
  const std::string& file_;
  Touchstone data_;
  std::vector<double> numbers_;
  std::uint32_t line_ = 0;
  bool options_ = false;
  double unit_ = 1e9;
  Format format_ = Format::magnitude_angle;
};

}  // namespace

std::size_t touchstone_ports(const std::string& file) {
  const std::string name = lower_case(file);
  const std::size_t dot = name.rfind(".s");
  std::size_t ports = 0;
  if (dot != std::string::npos && name.back() == 'p') {
    const char* last = name.data() + name.size() - 1;
    const auto [end, code] = std::from_chars(name.data() + dot + 2, last, ports);
    if (code == std::errc{} && end == last && ports > 0 && ports <= most_ports) return ports;
  }
  throw base::Error("io.touchstone", "the name '" + file + "' does not tell the number of ports",
                    "end it in .s1p, .s2p, ...", {file, 0, 0});
}

Touchstone parse_touchstone(std::string_view text, std::size_t ports, const std::string& file) {
  return Reader(text, ports, file).run();
}

Touchstone read_touchstone(const std::string& file) {
  const std::size_t ports = touchstone_ports(file);
  return parse_touchstone(base::read_file(file), ports, file);
}

std::string to_touchstone(const Touchstone& data) {
  const std::size_t n = data.ports;
  if (n == 0 || data.matrix.size() != data.frequency.size() * n * n) {
    throw base::Error("io.touchstone",
                      std::to_string(data.matrix.size()) + " numbers for " +
                          std::to_string(data.frequency.size()) + " matrices of " +
                          std::to_string(n) + " ports",
                      "give ports x ports for each frequency");
  }
  std::string text;
  for (const std::string& comment : data.comments) text += "! " + comment + '\n';
  text += "# HZ S RI R " + base::shortest(data.reference_resistance) + '\n';
  for (std::size_t f = 0; f < data.frequency.size(); ++f) {
    text += base::shortest(data.frequency[f]);
    for (std::size_t k = 0; k < n * n; ++k) {
      const std::size_t place = n == 2 ? (k % 2) * 2 + k / 2 : k;
      const bool row_begins = n > 2 && k > 0 && k % n == 0;
      const bool full = n > 2 && k % n != 0 && (k % n) % numbers_a_line == 0;
      if (row_begins || full) text += '\n';
      const std::complex<double> value = data.matrix[f * n * n + place];
      text += ' ' + base::shortest(value.real()) + ' ' + base::shortest(value.imag());
    }
    text += '\n';
  }
  return text;
}

}  // namespace neucasl::io
