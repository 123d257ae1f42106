#pragma once

#include "neucasl/base/xml.hpp"
#include "neucasl/device/card.hpp"

/// \file
/// Cards inside other XML documents.

namespace neucasl::device {

/// The card that an element, of any name, is: attributes id, family, title, and a card's children.
/// \throws base::Error as `parse_card`.
NEUCASL_EXPORT Card read_card(const base::XmlElement& element);

}  // namespace neucasl::device
