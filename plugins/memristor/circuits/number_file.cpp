#include "number_file.hpp"

#include <charconv>
#include <cmath>
#include <string>
#include <string_view>

#include "neucasl/base/file.hpp"

namespace neucasl::memristor_circuits {
namespace {

constexpr std::string_view number_separators = ",; \t\r";

double number_of(std::string_view word, const base::Location& where) {
  if (!word.empty() && word.front() == '+') word.remove_prefix(1);
  double value = 0.0;
  const auto [end, code] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (code == std::errc{} && end == word.data() + word.size() && std::isfinite(value)) return value;
  throw base::Error("memristor.numbers", "'" + std::string(word) + "' is not a finite number",
                    "write decimal numbers such as -0.25 or 1e-3, apart by commas", where);
}

/// Appends the numbers of one line; returns how many.
std::size_t read_number_line(std::string_view line, base::Location where, NumberTable& table) {
  line = line.substr(0, line.find('#'));
  std::size_t count = 0;
  for (std::size_t at = line.find_first_not_of(number_separators); at != std::string_view::npos;
       at = line.find_first_not_of(number_separators, at)) {
    const std::size_t end = std::min(line.find_first_of(number_separators, at), line.size());
    where.column = static_cast<std::uint32_t>(at + 1);
    table.values.push_back(number_of(line.substr(at, end - at), where));
    table.where.push_back(where);
    ++count;
    at = end;
  }
  return count;
}

}  // namespace

NumberTable read_numbers(const std::filesystem::path& path, const base::Location& where) {
  const std::string text = base::read_file(path, where);
  NumberTable table;
  table.file.file = path.string();
  base::Location line{path.string(), 1, 1};
  for (std::size_t at = 0; at < text.size(); ++line.line) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::size_t count =
        read_number_line(std::string_view(text).substr(at, end - at), line, table);
    at = end + 1;
    if (count == 0) continue;
    if (table.rows > 0 && count != table.columns) {
      throw base::Error("memristor.numbers",
                        "this row has " + std::to_string(count) + " numbers, the first has " +
                            std::to_string(table.columns),
                        "give every row the same count of numbers", line);
    }
    table.columns = count;
    ++table.rows;
  }
  if (table.rows == 0) {
    throw base::Error("memristor.numbers", "the file holds no number",
                      "write one row of the matrix a line, numbers apart by commas", table.file);
  }
  return table;
}

}  // namespace neucasl::memristor_circuits
