#include "matrix_file.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>

#include "neucasl/base/file.hpp"

namespace neucasl::photonic {
namespace {

constexpr std::string_view blanks = " \t\r";

[[noreturn]] void refuse(const std::string& message, const std::string& remedy,
                         const base::Location& where) {
  throw base::Error("photonic.matrix", message, remedy, where);
}

double parse_number(std::string_view text, const base::Location& where) {
  double value = 0.0;
  const char* begin = text.data();
  const char* const end = begin + text.size();
  if (text.size() > 1 && text[0] == '+') ++begin;
  const auto [stop, error] = std::from_chars(begin, end, value);
  if (error != std::errc() || stop != end || !std::isfinite(value)) {
    refuse("'" + std::string(text.substr(0, 40)) + "' is no finite number",
           "write numbers between commas, as 0.25 or -1e-3", where);
  }
  return value;
}

/// Numbers of one line, and the column of each in the text.
void parse_row(std::string_view line, base::Location where, std::vector<double>& values,
               std::vector<base::Location>& places) {
  for (std::size_t begin = 0; begin <= line.size();) {
    const std::size_t comma = std::min(line.find(',', begin), line.size());
    const std::string_view field = line.substr(begin, comma - begin);
    const std::size_t first = field.find_first_not_of(blanks);
    where.column = static_cast<std::uint32_t>(begin + 1);
    if (first == std::string_view::npos) refuse("a number is missing", "write one", where);
    where.column += static_cast<std::uint32_t>(first);
    const std::size_t last = field.find_last_not_of(blanks);
    values.push_back(parse_number(field.substr(first, last - first + 1), where));
    places.push_back(where);
    begin = comma + 1;
  }
}

}  // namespace

MatrixFile parse_matrix(const std::string& text, const std::string& file) {
  MatrixFile result;
  result.file = file;
  std::vector<double> values;
  std::size_t columns = 0;
  std::size_t rows = 0;
  std::uint32_t number = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line = std::string_view(text).substr(begin, end - begin);
    begin = end + 1;
    const base::Location where{file, ++number, 1};
    const std::size_t first = line.find_first_not_of(blanks);
    if (first == std::string_view::npos || line[first] == '#') continue;
    const std::size_t before = values.size();
    parse_row(line, where, values, result.places);
    const std::size_t length = values.size() - before;
    if (rows > 0 && length != columns) {
      refuse("a row of " + std::to_string(length) + " numbers after rows of " +
                 std::to_string(columns),
             "give each row " + std::to_string(columns) + " numbers", where);
    }
    columns = length;
    ++rows;
  }
  if (rows == 0) refuse("the file holds no numbers", "write one row a line", {file, 1, 1});
  using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  result.values = Eigen::Map<const Rows>(values.data(), static_cast<Eigen::Index>(rows),
                                         static_cast<Eigen::Index>(columns));
  return result;
}

MatrixFile read_matrix(const std::filesystem::path& path, const base::Location& where) {
  return parse_matrix(base::read_file(path, where), path.string());
}

}  // namespace neucasl::photonic
