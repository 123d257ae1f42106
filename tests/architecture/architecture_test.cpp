#include "neucasl/architecture/architecture.hpp"

#include <gtest/gtest.h>

#include "neucasl/architecture/changes.hpp"
#include "tests/architecture/photonic_parts.hpp"
#include "tests/scratch_folder.hpp"

namespace neucasl::architecture {
namespace {

using test::changed;
using test::description;
using test::number;
using test::parse;

/// The diagnostic of a description that is refused.
base::Diagnostic refusal(const std::string& text) {
  try {
    static_cast<void>(parse(text));
  } catch (const base::Error& error) {
    return error.diagnostic();
  }
  ADD_FAILURE() << "not refused";
  return {};
}

/// Line of the first `what` in a text.
std::uint32_t line_of(const std::string& text, const std::string& what) {
  const auto end = text.begin() + static_cast<std::ptrdiff_t>(text.find(what));
  return 1 + static_cast<std::uint32_t>(std::count(text.begin(), end, '\n'));
}

std::string photonic() {
  return changed(changed(test::photonic_description(), number("channels", "4", "1"),
                         number("channels", "22", "1")),
                 number("channel_spacing", "2", "nm"), number("channel_spacing", "0.8", "nm"));
}

TEST(Architecture, IsReadWithItsHierarchy) {
  const Architecture read = parse(description());
  EXPECT_EQ(read.id, "small");
  EXPECT_EQ(read.dataflow, Dataflow::weight_stationary);
  EXPECT_EQ(read.encoding, Encoding::offset);
  EXPECT_FALSE(read.pipelined);
  EXPECT_EQ(read.weight_bits, 4);
  EXPECT_EQ(read.chip.count, 1U);
  EXPECT_EQ(read.tile().count, 2U);
  EXPECT_EQ(read.core().kind, LevelKind::array_group);
  EXPECT_EQ(read.core().count, 3U);
  const Component* adc = read.core().find(ComponentKind::adc);
  ASSERT_NE(adc, nullptr);
  EXPECT_EQ(adc->count, 2U);
  device::UseList uses;
  EXPECT_DOUBLE_EQ(adc->numbers.si("energy", base::dimension::energy, uses), 2e-12);
  EXPECT_EQ(uses.uses().front().card, "small/chip/tile/group/adc");
  EXPECT_EQ(read.chip.find(ComponentKind::laser), nullptr);
}

TEST(Architecture, LevelsAreVisitedWithTheirCopies) {
  Architecture read = parse(description());
  set_chips(read, 5);
  std::map<std::string, double> copies;
  for_each_level(read, [&](const Level& level, double count) { copies[level.name] = count; });
  EXPECT_EQ(copies, (std::map<std::string, double>{{"chip", 5}, {"tile", 10}, {"group", 30}}));
}

TEST(Architecture, NoChipsAreRefused) {
  Architecture read = parse(description());
  EXPECT_THROW(set_chips(read, 0), base::Error);
}

TEST(Architecture, NumbersComeFromCardsToo) {
  const neucasl::test::ScratchFolder folder;
  std::ofstream(folder / "periphery.xml")
      << "<card id='periphery' family='periphery' title='t'><citation key='k'>c</citation>"
         "<number name='adc_area' value='12' unit='um^2' kind='measured' source='k' place='t 1'/>"
         "</card>";
  const device::Library cards({folder / ""});
  const std::string text = changed(description(), number("area", "10", "um^2"),
                                   "<number name='area' card='periphery' number='adc_area'/>");
  const Architecture read = parse_architecture(text, "a.xml", cards);
  device::UseList uses;
  const Component& link = *read.chip.find(ComponentKind::link);
  EXPECT_DOUBLE_EQ(link.numbers.si("area", base::dimension::area, uses), 12e-12);
  EXPECT_EQ(uses.uses().front().kind, device::Kind::measured);
  EXPECT_EQ(uses.uses().front().source, "periphery.k");
  try {
    static_cast<void>(parse_architecture(changed(text, "adc_area", "acd_area"), "a.xml", cards));
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.diagnostic().code, "architecture.number");
    EXPECT_NE(error.diagnostic().remedy.find("adc_area"), std::string::npos);
  }
}

struct Fault {
  const char* name;
  std::string from;
  std::string to;
  const char* code;
  const char* says;
};

void PrintTo(const Fault& fault, std::ostream* stream) { *stream << fault.name; }

class FaultyArchitecture : public testing::TestWithParam<Fault> {};

TEST_P(FaultyArchitecture, IsRefusedWithItsPlace) {
  const base::Diagnostic found = refusal(changed(description(), GetParam().from, GetParam().to));
  EXPECT_EQ(found.code, GetParam().code) << to_string(found);
  EXPECT_NE(to_string(found).find(GetParam().says), std::string::npos) << to_string(found);
  EXPECT_EQ(found.where.file, "a.xml");
  EXPECT_GT(found.where.line, 0U);
}

INSTANTIATE_TEST_SUITE_P(
    All, FaultyArchitecture,
    testing::Values(
        Fault{"zero_tiles", "<tile name='tile'>\n" + number("count", "2", "1"),
              "<tile name='tile'>\n" + number("count", "0", "1"), "architecture.count",
              "give at least 1"},
        Fault{"part_of_a_tile", "<tile name='tile'>\n" + number("count", "2", "1"),
              "<tile name='tile'>\n" + number("count", "2.4", "1"), "architecture.count",
              "nearest is 2"},
        Fault{"no_bits", number("bits", "6", "1"), "", "architecture.converter",
              "adc 'adc' is a converter without bits"},
        Fault{"zero_bits", number("bits", "6", "1"), number("bits", "0", "1"), "architecture.count",
              "is zero"},
        Fault{"no_tile", "tile name='tile'", "tyle name='tile'", "architecture.xml", ""},
        Fault{"no_area", number("area", "10", "um^2"), "", "architecture.number",
              "does not state 'area'"},
        Fault{"wrong_unit", number("area", "10", "um^2"), number("area", "10", "um"),
              "architecture.number", "give it in 'm^2'"},
        Fault{"negative", number("leakage", "1", "uW"), number("leakage", "-1", "uW"),
              "architecture.number", "give 0 or more"},
        Fault{"no_cost", number("energy", "11", "pJ"), "", "architecture.number",
              "does not state what one event costs"},
        Fault{"two_costs", number("energy", "11", "pJ"),
              number("energy", "11", "pJ") + number("power", "11", "mW"), "architecture.number",
              "states energy and power"},
        Fault{"no_unit_of_measure", "unit='1' kind='assumed'", "kind='assumed'", "device.unit", ""},
        Fault{"no_source", "source='s'", "source='t'", "device.source", ""},
        Fault{"unknown_number", "name='leakage'", "name='leekage'", "architecture.number",
              "leakage"},
        Fault{"unknown_kind", "kind='bus'", "kind='buss'", "architecture.component", "'bus'"},
        Fault{"unknown_choice", "value='none'", "value='nun'", "architecture.choice", "none"},
        Fault{"two_of_a_name", "name='bus'", "name='buffer'", "architecture.component",
              "a second 'buffer'"},
        Fault{"pipelined_in_turn",
              "name='pipelining' value='none'/>\n<choice "
              "name='time_multiplexing' value='no'",
              "name='pipelining' value='layers'/>\n<choice name='time_multiplexing' value='yes'",
              "architecture.choice", "in turn"}),
    [](const auto& instance) { return std::string(instance.param.name); });

TEST(Architecture, AFaultHasItsLine) {
  const std::string text =
      changed(description(), "<tile name='tile'>\n" + number("count", "2", "1"),
              "<tile name='tile'>\n" + number("count", "0", "1"));
  EXPECT_EQ(refusal(text).where.line, line_of(text, "value='0'"));
}

TEST(Architecture, AGroupHasOneKindOfArray) {
  const std::string second =
      changed(test::component("dac", "8", "1", "1", number("bits", "1", "1")), "name='dac'",
              "name='second'");
  const base::Diagnostic found =
      refusal(changed(description(), "</array_group>", second + "</array_group>"));
  EXPECT_EQ(found.code, "architecture.hierarchy");
  EXPECT_NE(found.message.find("2 components of kind dac"), std::string::npos);
}

TEST(Architecture, ChannelsStayWithinTheFreeSpectralRange) {
  EXPECT_EQ(parse(photonic()).core().kind, LevelKind::photonic_core);
  const base::Diagnostic found =
      refusal(changed(photonic(), number("channels", "22", "1"), number("channels", "24", "1")));
  EXPECT_EQ(found.code, "architecture.channels");
  EXPECT_NE(found.remedy.find("at most 22 channels, or 750 pm"), std::string::npos) << found.remedy;
}

TEST(Architecture, AsManyChannelsAsSpacingsFit) {
  std::string text =
      changed(photonic(), number("channels", "22", "1"), number("channels", "30", "1"));
  text =
      changed(text, number("channel_spacing", "0.8", "nm"), number("channel_spacing", "0.6", "nm"));
  EXPECT_EQ(parse(text).core().numbers.find("channels")->value.value, 30.0);
}

TEST(Architecture, ChangedChannelsStayWithinTheFreeSpectralRange) {
  Architecture changing = parse(photonic());
  const Origin chosen{device::Kind::assumed, {"key", "", "a source"}, "a place"};
  set_number(changing, "chip/tile/core/channels", {24, {}}, chosen);
  EXPECT_THROW(finish_changes(changing), base::Error);
  set_number(changing, "chip/tile/core/channels", {20, {}}, chosen);
  finish_changes(changing);
}

TEST(Architecture, BundledOnesAreFoundByName) {
  const std::vector<std::filesystem::path> folders = {NEUCASL_SOURCE_FOLDER "/devices"};
  for (const std::string& id : architecture_ids(folders)) {
    EXPECT_EQ(load_architecture(id, folders).id, id);
  }
  try {
    static_cast<void>(load_architecture("isac_ce", folders));
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.diagnostic().code, "architecture.unknown");
    EXPECT_NE(error.diagnostic().remedy.find("did you mean 'isaac_ce'"), std::string::npos);
  }
}

TEST(Architecture, DescriptionsAreNoCards) {
  for (const std::string& id : device::Library({NEUCASL_SOURCE_FOLDER "/devices"}).ids()) {
    EXPECT_EQ(id.find("architecture"), std::string::npos) << id;
  }
}

}  // namespace
}  // namespace neucasl::architecture
