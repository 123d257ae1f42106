#include "tests/campaign/synthetic_model.hpp"

// A worker process of the synthetic model: [once FILE] [deadly N]... [refuse] [seed N]

int main(int argc, char** argv) {
  neucasl::test::SyntheticFaults faults;
  bool refuse = false;
  std::uint64_t seed = 1;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "refuse") refuse = true;
    if (word == "seed") seed = std::stoull(argv[++i]);
    if (word == "deadly") faults.deadly.push_back(std::stoull(argv[++i]));
    if (word == "once") {
      faults.once = 21;
      faults.once_file = argv[++i];
    }
  }
  const auto channel = neucasl::campaign::inherited_channel();
  const auto make = [&]() -> std::unique_ptr<neucasl::campaign::SampleModel> {
    if (refuse) throw neucasl::base::Error("synthetic.refused", "no such card", "give one");
    return std::make_unique<neucasl::test::SyntheticModel>(faults);
  };
  return neucasl::campaign::serve(make, seed, *channel) ? 0 : 2;
}
