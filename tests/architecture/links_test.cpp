#include "neucasl/architecture/links.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/architecture/parts.hpp"

namespace neucasl::architecture {
namespace {

using test::changed;
using test::with_places;

std::string linked(const std::string& text, const std::string& number, const std::string& link) {
  return changed(text, number, number + " link='" + link + "'");
}

std::vector<std::string> paths_with(const Architecture& architecture, const std::string& path) {
  std::vector<std::string> result;
  for (const Quantity& one : quantities(architecture)) {
    const bool there = std::any_of(one.numbers.begin(), one.numbers.end(),
                                   [&](const LinkedNumber& n) { return n.path == path; });
    if (!there) continue;
    for (const LinkedNumber& number : one.numbers) result.push_back(number.path);
  }
  return result;
}

const char* const rows = "chip/tile/group/array/rows";
const char* const columns = "chip/tile/group/array/columns";
const char* const array_time = "chip/tile/group/array/time";
const char* const dac_time = "chip/tile/group/dac/time";

TEST(Quantities, OfNumbersThatSayDifferentThingsAreSingle) {
  const Architecture one = test::parse(with_places(test::description()));
  const std::vector<Quantity> all = quantities(one);
  EXPECT_EQ(all.size(), number_paths(one).size());
  for (std::size_t k = 0; k < all.size(); ++k) {
    ASSERT_EQ(all[k].numbers.size(), 1U);
    EXPECT_EQ(all[k].numbers[0].path, number_paths(one)[k]);
  }
}

TEST(Quantities, AreWhatASourceStatesOnce) {
  std::string text = with_places(test::description());
  // Both 10 ns; the second array time from another place.
  const std::string time = "<number name='time' value='10' unit='ns' kind='assumed' source='s' ";
  for (int k = 0; k < 2; ++k) {
    const std::size_t at = text.find(time + "place='p");
    ASSERT_NE(at, std::string::npos);
    const std::size_t begin = at + time.size();
    text.replace(begin, text.find('/', begin) - begin, "place='clock'");
  }
  const Architecture one = test::parse(text);
  EXPECT_EQ(paths_with(one, array_time), (std::vector<std::string>{array_time, dac_time}));
  const Architecture other = test::parse(changed(text, time + "place='clock'",
                                                 "<number name='time' value='20' unit='ns' "
                                                 "kind='assumed' source='s' place='clock'"));
  EXPECT_EQ(paths_with(other, array_time), std::vector<std::string>{array_time});
}

TEST(Quantities, OfCountsAreSingle) {
  // All places are alike in this description.
  const Architecture one = test::parse(test::description());
  EXPECT_EQ(paths_with(one, "chip/tile/count"), std::vector<std::string>{"chip/tile/count"});
  EXPECT_GT(paths_with(one, "chip/tile/buffer/area").size(), 10U);
}

TEST(Quantities, FollowLinks) {
  std::string text = with_places(test::description());
  text = linked(text, "<number name='rows'", "side");
  text = linked(text, "<number name='columns'", "side^-1 width");
  const Architecture one = test::parse(text);
  std::size_t found = 0;
  for (const Quantity& quantity : quantities(one)) {
    if (quantity.link == "side") {
      ++found;
      ASSERT_EQ(quantity.numbers.size(), 2U);
      EXPECT_EQ(quantity.numbers[0].path, rows);
      EXPECT_EQ(quantity.numbers[1].path, columns);
      EXPECT_EQ(quantity.numbers[1].power, -1);
    }
    if (quantity.link == "width") {
      ++found;
      ASSERT_EQ(quantity.numbers.size(), 1U);
    }
  }
  EXPECT_EQ(found, 2U);
}

TEST(Quantities, ALinkTakesTheNumberFromItsStatement) {
  const std::string area = "<number name='area' value='10' unit='um^2'";
  const Architecture all = test::parse(test::description());
  const Architecture one = test::parse(linked(test::description(), area, "alone"));
  EXPECT_EQ(paths_with(one, "chip/link/area"), std::vector<std::string>{"chip/link/area"});
  EXPECT_EQ(paths_with(one, "chip/tile/buffer/area").size() + 1,
            paths_with(all, "chip/tile/buffer/area").size());
}

TEST(Quantities, OfOneNumberOfACard) {
  const Architecture one = load_architecture("isaac_ce", {NEUCASL_SOURCE_FOLDER "/devices"});
  std::size_t found = 0;
  for (const Quantity& quantity : quantities(one)) {
    if (quantity.card_number != "isaac_32nm.shift_add_power") continue;
    ++found;
    EXPECT_EQ(quantity.numbers.size(), 2U);
  }
  EXPECT_EQ(found, 1U);
}

TEST(Scale, MultipliesAllNumbersOfAQuantity) {
  std::string text = with_places(test::description());
  text = linked(text, "<number name='rows'", "side");
  text = linked(text, "<number name='columns'", "side^2");
  text = linked(text, "<number name='write_time'", "side^-1");
  Architecture one = test::parse(text);
  for (const Quantity& quantity : quantities(one)) {
    if (quantity.link == "side") scale(one, quantity, 1.25);
  }
  finish_changes(one);
  EXPECT_EQ(number_at(one, rows).value.value, 5.0);
  // 8 x 1.5625 = 12.5, rounded.
  EXPECT_EQ(number_at(one, columns).value.value, 13.0);
  EXPECT_DOUBLE_EQ(number_at(one, "chip/tile/group/array/write_time").value.value, 40e-9);
  EXPECT_EQ(number_at(one, rows).kind, device::Kind::assumed);
  EXPECT_EQ(number_at(one, rows).source, "s");
}

TEST(Links, ThatAreNoneAreRefusedWithTheirPlace) {
  for (const char* link : {"side^0", "side^5", "side^x", "^2", "side^1.5", " "}) {
    try {
      static_cast<void>(test::parse(linked(test::description(), "<number name='rows'", link)));
      FAIL() << "not refused: " << link;
    } catch (const base::Error& error) {
      const std::string& code = error.diagnostic().code;
      EXPECT_TRUE(code == "architecture.link" || code == "architecture.xml") << error.what();
      EXPECT_GT(error.diagnostic().where.line, 10U);
    }
  }
}

/// Nothing that the bundled descriptions state is the same quantity by chance.
TEST(Quantities, OfTheBundledDescriptionsHaveOneValueEach) {
  const std::vector<std::filesystem::path> folders = {NEUCASL_SOURCE_FOLDER "/devices"};
  for (const std::string& id : architecture_ids(folders)) {
    const Architecture one = load_architecture(id, folders);
    for (const Quantity& quantity : quantities(one)) {
      for (const LinkedNumber& number : quantity.numbers) {
        if (!quantity.link.empty()) continue;
        EXPECT_EQ(number_at(one, number.path).value, number_at(one, quantity.numbers[0].path).value)
            << id << ' ' << number.path;
      }
    }
  }
}

}  // namespace
}  // namespace neucasl::architecture
