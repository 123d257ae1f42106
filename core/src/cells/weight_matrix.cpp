#include "weight_matrix.hpp"

#include <algorithm>
#include <charconv>

#include "neucasl/base/file.hpp"
#include "neucasl/base/random.hpp"

namespace neucasl::cells {
namespace {

constexpr std::string_view separators = ",; \t\r";

class Reader {
 public:
  Reader(int low, int high) : low_(low), high_(high) {}

  WholeMatrix matrix;

  /// The numbers of one line; an empty one is no row.
  void read(std::string_view line, base::Location where) {
    line = line.substr(0, line.find('#'));
    std::size_t count = 0;
    for (std::size_t at = line.find_first_not_of(separators); at != std::string_view::npos;
         at = line.find_first_not_of(separators, at)) {
      const std::size_t end = std::min(line.find_first_of(separators, at), line.size());
      where.column = static_cast<std::uint32_t>(at + 1);
      matrix.values.push_back(number(line.substr(at, end - at), where));
      ++count;
      at = end;
    }
    if (count == 0) return;
    if (matrix.rows > 0 && count != matrix.columns) {
      where.column = 1;
      throw base::Error("cells.numbers",
                        "this row has " + std::to_string(count) + " numbers, the first has " +
                            std::to_string(matrix.columns),
                        "give each row the same count of numbers", where);
    }
    matrix.columns = count;
    ++matrix.rows;
  }

 private:
  [[nodiscard]] int number(std::string_view word, const base::Location& where) const {
    std::string_view digits = word;
    if (digits.starts_with('+')) digits.remove_prefix(1);
    int value = 0;
    const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (code == std::errc{} && end == digits.data() + digits.size() && value >= low_ &&
        value <= high_) {
      return value;
    }
    throw base::Error("cells.numbers",
                      "'" + std::string(word) + "' is no whole number from " +
                          std::to_string(low_) + " to " + std::to_string(high_),
                      "write whole numbers in that range, apart by commas", where);
  }

  int low_, high_;
};

}  // namespace

WholeMatrix read_whole_numbers(const std::string& path, int low, int high,
                               const base::Location& where) {
  const std::string text = base::read_file(path, where);
  Reader reader(low, high);
  base::Location line{path, 1, 1};
  for (std::size_t at = 0; at < text.size(); ++line.line) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    reader.read(std::string_view(text).substr(at, end - at), line);
    at = end + 1;
  }
  if (reader.matrix.rows == 0) {
    throw base::Error("cells.numbers", "the file holds no number",
                      "write one row a line, numbers apart by commas", {path, 1, 1});
  }
  return std::move(reader.matrix);
}

WholeMatrix random_whole_numbers(const CircuitTask& task, std::string_view purpose,
                                 std::size_t rows, std::size_t columns, int low, int high) {
  base::RandomStream random(task.context.seed, purpose);
  WholeMatrix result{rows, columns, {}};
  result.values.reserve(rows * columns);
  const auto span = static_cast<std::uint32_t>(high - low + 1);
  for (std::size_t k = 0; k < rows * columns; ++k) {
    result.values.push_back(low + static_cast<int>(random.below(span)));
  }
  return result;
}

}  // namespace neucasl::cells
