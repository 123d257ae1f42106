#include "neucasl/architecture/changes.hpp"

#include <gtest/gtest.h>

#include "tests/architecture/parts.hpp"

namespace neucasl::architecture {
namespace {

using test::changed;
using test::description;
using test::parse;

const Origin chosen{device::Kind::derived, {"key", "", "a source"}, "a place"};

TEST(Changes, AreWhatTheChangedDescriptionSays) {
  Architecture one = parse(description());
  set_number(one, "chip/tile/count", {5, {}}, chosen);
  set_number(one, "weight_bits", {6, {}}, chosen);
  set_number(one, "chip/tile/group/array/write_time", {70e-9, base::dimension::time}, chosen);
  set_choice(one, "pipelining", "layers");
  finish_changes(one);
  std::string text =
      changed(description(), "<tile name='tile'>\n" + test::number("count", "2", "1"),
              "<tile name='tile'>\n" + test::number("count", "5", "1"));
  text =
      changed(text, test::number("weight_bits", "4", "1"), test::number("weight_bits", "6", "1"));
  text = changed(text, "'write_time' value='50'", "'write_time' value='70'");
  text = changed(text, "'pipelining' value='none'", "'pipelining' value='layers'");
  const Architecture other = parse(text);
  EXPECT_EQ(one.tile().count, other.tile().count);
  EXPECT_EQ(one.weight_bits, 6);
  EXPECT_TRUE(one.pipelined);
  for (const std::string& path : number_paths(one)) {
    EXPECT_EQ(number_at(one, path).value, number_at(other, path).value) << path;
  }
  EXPECT_NE(canonical(one), canonical(parse(description())));
}

TEST(Changes, NameTheirSource) {
  Architecture one = parse(description());
  set_number(one, "chip/tile/group/adc/bits", {7, {}}, chosen);
  device::UseList uses;
  one.core().find(ComponentKind::adc)->numbers.si("bits", {}, uses);
  EXPECT_EQ(uses.uses().at(0).kind, device::Kind::derived);
  EXPECT_EQ(uses.uses().at(0).citation, "a source");
  EXPECT_EQ(uses.uses().at(0).place, "a place");
}

TEST(Changes, EachPathIsFound) {
  const Architecture one = parse(description());
  const std::vector<std::string> paths = number_paths(one);
  EXPECT_GT(paths.size(), 60U);
  for (const std::string& path : paths) {
    EXPECT_EQ(number_at(one, path).name, path.substr(path.rfind('/') + 1));
  }
  EXPECT_TRUE(is_whole(one, "chip/tile/group/array/rows"));
  EXPECT_FALSE(is_whole(one, "chip/tile/router/hops"));
  EXPECT_FALSE(is_whole(one, "chip/tile/group/adc/time"));
}

struct ChangeFault {
  const char* path;
  base::Quantity value;
  const char* code;
  const char* says;
};

TEST(Changes, FaultsAreNamed) {
  const ChangeFault faults[] = {
      {"chip/tile/group/adc/bit",
       {8, {}},
       "architecture.path",
       "did you mean 'chip/tile/group/adc/bits'"},
      {"chip/tile/group/adc", {8, {}}, "architecture.path", "has no number"},
      {"nothing/like/it/at/all", {8, {}}, "architecture.path", "level/.../component/number"},
      {"chip/tile/group/adc/bits", {0, {}}, "architecture.count", "is zero"},
      {"chip/tile/group/adc/bits", {2.5, {}}, "architecture.count", "no whole number"},
      {"chip/tile/group/adc/bits", {40, {}}, "architecture.converter", "at most 32"},
      {"chip/tile/group/adc/time", {1, {}}, "architecture.number", "unit"},
      {"chip/tile/group/adc/time",
       {-1, base::dimension::time},
       "architecture.number",
       "too small"}};
  for (const ChangeFault& fault : faults) {
    Architecture one = parse(description());
    try {
      set_number(one, fault.path, fault.value, chosen, {"space.xml", 7, 1});
      ADD_FAILURE() << "not refused: " << fault.path;
    } catch (const base::Error& error) {
      EXPECT_EQ(error.diagnostic().code, fault.code) << error.what();
      EXPECT_NE(std::string(error.what()).find(fault.says), std::string::npos) << error.what();
      EXPECT_EQ(error.diagnostic().where.line, 7U);
    }
  }
}

TEST(Changes, ChoicesAreChecked) {
  Architecture one = parse(description());
  EXPECT_THROW(set_choice(one, "pipeline", "layers"), base::Error);
  set_choice(one, "pipelining", "layer");
  EXPECT_THROW(finish_changes(one), base::Error);
  set_choice(one, "pipelining", "layers");
  set_choice(one, "time_multiplexing", "yes");
  EXPECT_THROW(finish_changes(one), base::Error);
  set_choice(one, "time_multiplexing", "no");
  finish_changes(one);
  EXPECT_TRUE(one.pipelined);
}

}  // namespace
}  // namespace neucasl::architecture
