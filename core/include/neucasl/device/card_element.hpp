#pragma once

#include "neucasl/base/xml.hpp"
#include "neucasl/device/card.hpp"

/// \file
/// Cards inside other documents.

namespace neucasl::device {

/// The card that an element states: its attributes and children are those of a card's root,
/// whatever the element is called. \throws base::Error as parse_card.
NEUCASL_EXPORT Card read_card(const base::XmlElement& root);

}  // namespace neucasl::device
