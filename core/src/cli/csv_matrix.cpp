#include "csv_matrix.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>

#include "neucasl/base/diagnostics.hpp"

namespace neucasl::cli {

using base::Error;

CsvMatrix read_csv(const std::string& file) {
  const std::string text = base::read_file(file);
  CsvMatrix matrix;
  std::size_t begin = 0;
  for (std::uint32_t line = 1; begin < text.size(); ++line) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const char* position = text.data() + begin;
    const char* const last = text.data() + end;
    const auto skip = [&] {
      while (position < last && (*position == ' ' || *position == '\t' || *position == '\r')) {
        ++position;
      }
    };
    skip();
    if (position < last && *position != '#') {
      std::size_t columns = 0;
      for (;;) {
        skip();
        if (position < last && *position == '+') ++position;
        double value = 0.0;
        const auto [next, code] = std::from_chars(position, last, value);
        const auto column = static_cast<std::uint32_t>(position - (text.data() + begin)) + 1;
        if (code != std::errc{} || std::isnan(value)) {
          throw Error("cli.csv", "this is not a number", "write numbers separated by commas",
                      {file, line, column});
        }
        matrix.values.push_back(value);
        ++columns;
        position = next;
        skip();
        if (position >= last) break;
        if (*position != ',') {
          throw Error("cli.csv", "a comma is missing", "write numbers separated by commas",
                      {file, line, static_cast<std::uint32_t>(position - text.data() - begin) + 1});
        }
        ++position;
      }
      if (matrix.rows > 0 && columns != matrix.columns) {
        throw Error("cli.csv",
                    "this row has " + std::to_string(columns) + " values, the first one " +
                        std::to_string(matrix.columns),
                    "give all rows the same length", {file, line, 1});
      }
      matrix.columns = columns;
      ++matrix.rows;
      matrix.lines.push_back(line);
    }
    begin = end + 1;
  }
  if (matrix.rows == 0) throw Error("cli.csv", "the file holds no numbers", "", {file, 0, 0});
  return matrix;
}

}  // namespace neucasl::cli
