#include "neucasl/mapping/architecture.hpp"

#include <gtest/gtest.h>

#include "neucasl/base/file.hpp"

namespace neucasl::mapping {
namespace {

const std::string devices = NEUCASL_SOURCE_FOLDER "/devices";

Architecture described(const std::string& xml) {
  device::UseList uses;
  return read_architecture(
      architecture::parse_architecture(xml, "test.xml", device::Library({devices})), uses);
}

std::string description() {
  return base::read_file(devices + "/architecture/hfox_differential.architecture.xml");
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

/// The bundled description holds the arrays that the example's card chooses.
TEST(MappingArchitecture, OfADescriptionIsThatOfTheCard) {
  device::UseList uses;
  const Architecture card = read_architecture(
      device::load_card(NEUCASL_SOURCE_FOLDER "/examples/lenet_memristor/architecture.xml"), uses);
  const Architecture chip = described(description());
  EXPECT_EQ(chip.device, card.device);
  EXPECT_EQ(chip.periphery, card.periphery);
  EXPECT_EQ(chip.array_rows, card.array_rows);
  EXPECT_EQ(chip.array_columns, card.array_columns);
  EXPECT_EQ(chip.bits_per_cell, card.bits_per_cell);
  EXPECT_EQ(chip.dac_bits, card.dac_bits);
  EXPECT_EQ(chip.adc_bits, card.adc_bits);
  EXPECT_EQ(chip.lines_per_adc, card.lines_per_adc);
  EXPECT_NEAR(chip.pulse_time, card.pulse_time, 1e-15 * card.pulse_time);
  EXPECT_EQ(chip.row_segment_resistance, card.row_segment_resistance);
  EXPECT_EQ(chip.column_segment_resistance, card.column_segment_resistance);
}

TEST(MappingArchitecture, ConvertersReadColumnsOrPairs) {
  const std::string text = description();
  const std::string subtraction = "<choice name=\"subtraction\" value=\"analog\"/>";
  const Architecture pairs = described(text);
  EXPECT_EQ(pairs.columns_of_slice(), 2U);
  EXPECT_EQ(pairs.lines_of_slice(), 1U);
  EXPECT_EQ(pairs.lines_per_adc, 64U);
  const Architecture both = described(replaced(text, subtraction, ""));
  EXPECT_EQ(both.lines_of_slice(), 2U);
  EXPECT_EQ(both.lines_per_adc, 128U);
  const Architecture offset =
      described(replaced(replaced(text, subtraction, ""), "\"differential\"/>", "\"offset\"/>"));
  EXPECT_EQ(offset.columns_of_slice(), 1U);
  EXPECT_EQ(offset.lines_of_slice(), 1U);
  EXPECT_EQ(offset.lines_per_adc, 128U);
}

TEST(MappingArchitecture, ACardOfTheCellsMayBeGiven) {
  device::UseList uses;
  const architecture::Architecture chip = architecture::parse_architecture(
      replaced(description(), "<choice name=\"device\" value=\"hfox_neurram\"/>", ""), "test.xml",
      device::Library({devices}));
  EXPECT_EQ(read_architecture(chip, uses, "gst_pcm_ibm").device, "gst_pcm_ibm");
}

TEST(MappingArchitecture, WhatNoNetlistCanBeMadeOfIsRefused) {
  const std::string text = description();
  const auto refused = [](const std::string& xml, const std::string& part) {
    try {
      static_cast<void>(described(xml));
      ADD_FAILURE() << "took " << part;
    } catch (const base::Error& error) {
      EXPECT_EQ(error.diagnostic().code, "mapping.architecture");
      EXPECT_NE(error.diagnostic().message.find(part), std::string::npos)
          << error.diagnostic().message;
      EXPECT_EQ(error.diagnostic().where.file, "test.xml");
      EXPECT_GT(error.diagnostic().where.line, 0U);
    }
  };
  refused(replaced(text, "<choice name=\"device\" value=\"hfox_neurram\"/>", ""), "its device");
  refused(replaced(text, "name=\"row_segment_resistance\" value=\"1\" unit=\"ohm\"",
                   "name=\"write_time\" value=\"1\" unit=\"ns\""),
          "'row_segment_resistance'");
  const std::size_t converter = text.find("kind=\"adc\"");
  refused(
      text.substr(0, converter) + replaced(text.substr(converter), "value=\"8\"", "value=\"4\""),
      "shares a converter");
  refused(replaced(text, "name=\"columns\" value=\"128\"", "name=\"columns\" value=\"8192\""),
          "'columns' is 8192");
}

}  // namespace
}  // namespace neucasl::mapping
