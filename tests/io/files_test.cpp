#include "neucasl/io/files.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/network/reference.hpp"

namespace neucasl::io {
namespace {

template <class Call>
std::string code_of(const Call& call) {
  try {
    static_cast<void>(call());
  } catch (const base::Error& error) {
    return error.diagnostic().code;
  }
  return "";
}

TEST(NetworkFile, RoundTrip) {
  for (const network::Network& network :
       {network::lenet5(), network::reference::small_network(5)}) {
    const std::string bytes = encode(network);
    EXPECT_EQ(decode_network(bytes, "n.pb"), network);
    EXPECT_EQ(encode(decode_network(bytes, "n.pb")), bytes);
  }
}

TEST(NetworkFile, RefusesDamage) {
  EXPECT_EQ(code_of([] { return decode_network("\xff\xff", "n.pb"); }), "io.network");
  network::Network network = network::reference::small_network(5);
  network.layers[0].weight.pop_back();
  EXPECT_EQ(code_of([&] { return decode_network(encode(network), "n.pb"); }), "network.shape");
  const std::string bytes = encode(network::reference::small_network(3));
  base::RandomStream random(6, "test/mutation");
  for (int i = 0; i < 5000; ++i) {
    std::string text = bytes;
    text[random.below(static_cast<std::uint32_t>(text.size()))] =
        static_cast<char>(random.below(256));
    if (random.below(4) == 0) {
      text.resize(random.below(static_cast<std::uint32_t>(text.size())));
    }
    static_cast<void>(code_of([&] { return decode_network(text, "n.pb"); }));
  }
}

TEST(PrecisionMapFile, RoundTrip) {
  precision::PrecisionMap map = precision::uniform(network::lenet5(), 5, 7);
  map.variant = "a \"b\"";
  map.seed = std::numeric_limits<std::uint64_t>::max();
  EXPECT_EQ(decode_precision_map(encode_json(map), "p.json"), map);
  map.layers.resize(2);
  map.fallback = precision::LayerPrecision{"", 4, 6};
  const std::string text = encode_json(map);
  const precision::PrecisionMap back = decode_precision_map(text, "p.json");
  EXPECT_EQ(back, map);
  EXPECT_EQ(back.where.file, "p.json");
  EXPECT_EQ(encode_json(back), text);
}

TEST(PrecisionMapFile, RefusesWhatIsNoMap) {
  for (const char* text : {"", "{", R"({"layer": []})", R"({"layers": [{"weight_bits": -1}]})",
                           R"({"layers": [{"weight_bits": "x"}]})"}) {
    EXPECT_EQ(code_of([&] { return decode_precision_map(text, "p.json"); }), "io.precision-map")
        << text;
  }
  // In range for the format; refused by the check with a good message.
  const auto absurd = decode_precision_map(
      R"({"network": "lenet5", "fallback": {"weight_bits": 4294967295, "activation_bits": 8}})",
      "p.json");
  EXPECT_EQ(code_of([&] {
              absurd.check(network::lenet5());
              return 0;
            }),
            "precision.bits");
}

results::Table sample_table() {
  results::Table table;
  table.name = "energy";
  table.title = "Energy \xc2\xb5";
  table.add("energy", std::vector<double>{1e-12, -0.0, 1e300, 0.1}, base::dimension::energy);
  table.add("count", std::vector<std::int64_t>{std::int64_t{1} << 62, -1, 0, 7});
  table.add("name", std::vector<std::string>{"a", "", "\"q\"", "x\ny"});
  return table;
}

TEST(TableFile, RoundTrip) {
  const results::Table table = sample_table();
  EXPECT_EQ(decode_table(encode(table)), table);
  EXPECT_EQ(encode(decode_table(encode(table))), encode(table));
  const std::string json = encode_json(table);
  EXPECT_NE(json.find("\"unit\": \"J\""), std::string::npos);
  EXPECT_EQ(json, encode_json(decode_table(encode(table))));
  EXPECT_EQ(decode_table(encode(results::Table{})), results::Table{});
  EXPECT_EQ(code_of([] { return decode_table("\xff\xff"); }), "io.table");
}

results::Findings sample_findings() {
  results::Findings findings;
  findings.figures.push_back({"accuracy.analog",
                              "Accuracy",
                              0.97,
                              base::dimension::none,
                              true,
                              0.96,
                              0.98,
                              0.9,
                              true,
                              "counted",
                              "reliability",
                              {"a", "b"}});
  findings.figures.push_back({});
  findings.tables = {sample_table(), results::Table{}};
  findings.section.title = "Section";
  const results::Axis axis{"x", "uA", true};
  auto& items = findings.section.items;
  items.emplace_back(results::Paragraph{"text"});
  items.emplace_back(results::BarChart{"bars", axis, {"a", "b"}, {"s"}, {{1.0}, {2.0}}});
  items.emplace_back(results::LineChart{
      "lines", axis, {"y", "", false}, {{"l", {1, 2}, {3, 4}, true}, {"m", {}, {}, false}}});
  items.emplace_back(results::Histogram{"histogram", axis, {1, 2, 3}, {{"limit", 2.5}}});
  items.emplace_back(results::HeatMap{"map", axis, "row", "column", 2, 2, {1, 2, 3, 4}});
  items.emplace_back(results::TornadoChart{"tornado", axis, 2.0, {{"input", 1.5, 3.0}}});
  items.emplace_back(results::ShownTable{sample_table(), 7});
  items.emplace_back(results::Preformatted{"netlist", "a\nb"});
  findings.numbers_used.name = "numbers_used";
  findings.numbers_used.add("card", std::vector<std::string>{"x"});
  return findings;
}

TEST(FindingsFile, RoundTrip) {
  const results::Findings findings = sample_findings();
  const std::string bytes = encode(findings);
  const results::Findings back = decode_findings(bytes, "f.pb");
  EXPECT_EQ(encode(back), bytes);
  EXPECT_EQ(back.tables, findings.tables);
  EXPECT_EQ(back.numbers_used, findings.numbers_used);
  ASSERT_EQ(back.figures.size(), 2U);
  EXPECT_EQ(back.figures[0].sources, findings.figures[0].sources);
  EXPECT_EQ(back.figures[0].high, 0.98);
  EXPECT_EQ(back.figures[0].as_percent, true);
  EXPECT_EQ(back.section.title, "Section");
  ASSERT_EQ(back.section.items.size(), findings.section.items.size());
  for (std::size_t i = 0; i < back.section.items.size(); ++i) {
    EXPECT_EQ(back.section.items[i].index(), findings.section.items[i].index());
  }
  // The report shows everything an item holds.
  EXPECT_EQ(results::render_html({"t", "s", back.figures, {back.section}}),
            results::render_html({"t", "s", findings.figures, {findings.section}}));
}

TEST(FindingsFile, DamagedBytesDecodeOrAreRefused) {
  const std::string bytes = encode(sample_findings());
  EXPECT_EQ(code_of([] { return decode_findings("\xff", "f.pb"); }), "io.findings");
  base::RandomStream random(7, "test/mutation");
  for (int i = 0; i < 5000; ++i) {
    std::string text = bytes;
    text[random.below(static_cast<std::uint32_t>(text.size()))] =
        static_cast<char>(random.below(256));
    static_cast<void>(code_of([&] { return decode_findings(text, "f.pb"); }));
  }
}

std::string without_space(std::string text) {
  std::erase_if(text, [](char c) { return c == ' ' || c == '\n'; });
  return text;
}

TEST(Summary, IsOneSortedNestedObject) {
  const std::vector<SummaryEntry> entries = {{"energy", 1.5e-9},
                                             {"accuracy.float", 0.99},
                                             {"accuracy.analog.mean", 0.5},
                                             {"network", std::string("le\"net")},
                                             {"accuracy.analog.good", true},
                                             {"bad", std::nan("")},
                                             {"worse", std::numeric_limits<double>::infinity()}};
  const std::string text = summary_json(entries);
  EXPECT_EQ(without_space(text),
            R"({"accuracy":{"analog":{"good":true,"mean":0.5},"float":0.99},"bad":null,)"
            R"("energy":1.5e-09,"network":"le\"net","worse":null})");
  const std::vector<SummaryEntry> reversed(entries.rbegin(), entries.rend());
  EXPECT_EQ(summary_json(reversed), text);
  EXPECT_EQ(without_space(summary_json({})), "{}");
}

}  // namespace
}  // namespace neucasl::io
