#include <gtest/gtest.h>

#include "neucasl/base/file.hpp"
#include "neucasl/base/random.hpp"
#include "neucasl/logic/cell_library.hpp"
#include "neucasl/logic/readers.hpp"
#include "sample_library.hpp"

/// \file
/// Damaged files: a reader returns or throws base::Error, and nothing else.

namespace neucasl::logic {
namespace {

std::string file(const std::string& path) {
  return base::read_file(NEUCASL_SOURCE_FOLDER + ("/" + path));
}

/// Reads the text cut off at many places, and with bytes changed, taken out and put in.
template <class Reader>
void expect_only_errors(const std::string& text, unsigned changes, const Reader& reader) {
  std::size_t refused = 0;
  const auto attempt = [&](const std::string& damaged) {
    try {
      reader(damaged);
    } catch (const base::Error& error) {
      EXPECT_FALSE(error.diagnostic().code.empty());
      EXPECT_FALSE(error.diagnostic().message.empty());
      ++refused;
    }
  };
  const std::size_t step = std::max<std::size_t>(1, text.size() / 400);
  for (std::size_t end = 0; end < text.size(); end += step) attempt(text.substr(0, end));
  base::RandomStream random(1, "test/broken");
  for (unsigned k = 0; k < changes; ++k) {
    std::string damaged = text;
    const unsigned times = 1 + random.below(3);
    for (unsigned t = 0; t < times; ++t) {
      const std::uint32_t at = random.below(static_cast<std::uint32_t>(damaged.size()));
      switch (random.below(4)) {
        case 0:
          damaged[at] = static_cast<char>(random.below(256));
          break;
        case 1:
          damaged.erase(at, 1 + random.below(8));
          break;
        case 2:
          damaged.insert(at, damaged.substr(random.below(at + 1), 1 + random.below(12)));
          break;
        default:
          damaged[at] =
              static_cast<char>(static_cast<unsigned char>(damaged[at]) ^ (1U << random.below(8)));
      }
    }
    attempt(damaged);
  }
  EXPECT_GT(refused, 0U);
}

TEST(BrokenInput, Blif) {
  for (const char* path :
       {"netlists/logic/ripple_adder_4.blif", "netlists/logic/comparator_yosys.blif",
        "netlists/logic/counter_2.blif", "tests/logic/data/alu_sop_abc.blif"}) {
    expect_only_errors(file(path), 1500, [](const std::string& text) { parse_blif(text, "file"); });
  }
}

TEST(BrokenInput, Equations) {
  expect_only_errors(file("netlists/logic/full_adder.eqn"), 3000,
                     [](const std::string& text) { parse_equations(text, "file"); });
}

TEST(BrokenInput, TruthTables) {
  expect_only_errors(file("netlists/logic/full_adder.truth"), 3000,
                     [](const std::string& text) { parse_truth_table(text, "file"); });
}

TEST(BrokenInput, Liberty) {
  CellLibrary library = test::sample_library();
  std::erase_if(library.cells,
                [](const Cell& cell) { return cell.name != "NAND2_X1" && cell.name != "DFF_X1"; });
  expect_only_errors(print_liberty(library), 1500,
                     [](const std::string& text) { parse_liberty(text, "file"); });
}

TEST(BrokenInput, LongLinesAndDeepNesting) {
  const std::string many(200000, '(');
  EXPECT_THROW(parse_equations("y = " + many, "file"), base::Error);
  EXPECT_THROW(parse_equations("y = " + std::string(200000, '!'), "file"), base::Error);
  EXPECT_THROW(parse_liberty("library (" + many, "file"), base::Error);
  EXPECT_THROW(
      parse_blif(".model m\n.outputs y\n.names " + std::string(200000, 'a') + " y\n1 1\n", "file"),
      base::Error);
  std::string wide = ".model m\n.outputs y\n.names";
  for (int i = 0; i < 5000; ++i) wide += " a";
  EXPECT_THROW(parse_blif(wide + " y\n", "file"), base::Error);
}

}  // namespace
}  // namespace neucasl::logic
