#pragma once

#include <map>
#include <string>
#include <vector>

#include "neucasl/plugin/host.hpp"

namespace neucasl::plugin {

/// Loaded libraries by path. The only place that knows Boost.DLL.
class Host::Loader {
 public:
  explicit Loader(std::vector<StaticPlugin> linked) : linked_(std::move(linked)) {}

  const Descriptor& load(const Manifest& manifest);
  [[nodiscard]] bool is_linked(const std::string& name) const;

 private:
  static DescriptorFunction open(const Manifest& manifest);
  static void shake_hands(const Descriptor* descriptor, const Manifest& manifest);

  std::vector<StaticPlugin> linked_;
  std::map<std::string, const Descriptor*> loaded_;
};

}  // namespace neucasl::plugin
