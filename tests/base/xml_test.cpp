#include "neucasl/base/xml.hpp"

#include <gtest/gtest.h>

namespace neucasl::base {
namespace {

Diagnostic failure(std::string_view text, std::string_view root = {}) {
  try {
    static_cast<void>(parse_xml(text, "f.xml", root));
  } catch (const Error& error) {
    return error.diagnostic();
  }
  return {};
}

TEST(Xml, KeepsAttributesChildrenTextAndPlaces) {
  const XmlElement root = parse_xml(
      "<?xml version=\"1.0\"?>\n<!-- note -->\n<card id=\"a\" title=\"x &amp; y\">\n"
      "  <number/> one <number name=\"n\"/> <![CDATA[two]]>\n</card>\n",
      "f.xml", "card");
  EXPECT_EQ(root.name, "card");
  EXPECT_EQ(root.where.file, "f.xml");
  EXPECT_EQ(root.where.line, 3U);
  EXPECT_EQ(root.required("id"), "a");
  EXPECT_EQ(root.required("title"), "x & y");
  EXPECT_EQ(root.optional("none"), std::nullopt);
  ASSERT_EQ(root.children.size(), 2U);
  EXPECT_EQ(root.children[0].where.line, 4U);
  EXPECT_LT(root.children[0].where.column, root.children[1].where.column);
  EXPECT_EQ(root.text.substr(0, 3), "one");
  EXPECT_EQ(root.text.substr(root.text.size() - 3), "two");
}

TEST(Xml, LocatesElementsByTheirName) {
  const XmlElement root = parse_xml("<a>\r\n  <b>\r\n    <c/></b></a>", "f.xml");
  EXPECT_EQ(root.where, (Location{"f.xml", 1, 2}));
  EXPECT_EQ(root.children[0].where, (Location{"f.xml", 2, 4}));
  EXPECT_EQ(root.children[0].children[0].where, (Location{"f.xml", 3, 6}));
}

TEST(Xml, RefusesMalformedTextWithItsPlace) {
  struct Case {
    const char* text;
    std::uint32_t line;
  };
  const Case cases[] = {
      {"", 1},         {"  \n ", 0},     {"<a>", 0},    {"<a>\n<b>\n</a>", 3}, {"<a\n  b=\"1>", 0},
      {"<a b=1/>", 1}, {"just text", 0}, {"<a/>\n<", 0}};
  for (const Case& c : cases) {
    const Diagnostic found = failure(c.text);
    EXPECT_EQ(found.code, "base.xml") << c.text;
    EXPECT_EQ(found.where.file, "f.xml") << c.text;
    if (c.line > 0) {
      EXPECT_EQ(found.where.line, c.line) << c.text;
    }
  }
}

TEST(Xml, RefusesAnotherRootRepeatedAttributesAndDeepNesting) {
  EXPECT_NE(failure("<flow/>", "card").remedy.find("<card>"), std::string::npos);
  EXPECT_NE(failure("<a b=\"1\" b=\"2\"/>").message.find("'b' is given twice"), std::string::npos);
  std::string deep;
  for (int i = 0; i < 50000; ++i) deep += "<a>";
  for (int i = 0; i < 50000; ++i) deep += "</a>";
  EXPECT_NE(failure(deep).message.find("deeper"), std::string::npos);
}

TEST(Xml, DoesNotExpandEntities) {
  const XmlElement root =
      parse_xml("<!DOCTYPE a [<!ENTITY e SYSTEM \"/etc/hostname\">]><a>&e;</a>", "f.xml", "a");
  EXPECT_EQ(root.text, "&e;");
}

TEST(Xml, ChecksAttributesAndChildren) {
  const XmlElement root = parse_xml("<a valu=\"1\" empty=\"\">\n<chil/></a>", "f.xml");
  const auto diagnostic = [](const auto& call) {
    try {
      call();
    } catch (const Error& error) {
      return error.diagnostic();
    }
    return Diagnostic{};
  };
  const Diagnostic attribute = diagnostic([&] { root.allow_attributes({"value", "empty"}); });
  EXPECT_EQ(attribute.code, "base.xml");
  EXPECT_NE(attribute.remedy.find("did you mean 'value'"), std::string::npos);
  EXPECT_EQ(attribute.where, root.where);
  const Diagnostic child = diagnostic([&] { root.allow_children({"child"}); });
  EXPECT_NE(child.remedy.find("did you mean 'child'"), std::string::npos);
  EXPECT_EQ(child.where.line, 2U);
  EXPECT_EQ(diagnostic([&] { static_cast<void>(root.required("name")); }).code, "base.xml");
  EXPECT_EQ(diagnostic([&] { static_cast<void>(root.required("empty")); }).code, "base.xml");
  EXPECT_NO_THROW(root.allow_attributes({"valu", "empty"}));
  EXPECT_NO_THROW(root.allow_children({"chil"}));
}

}  // namespace
}  // namespace neucasl::base
