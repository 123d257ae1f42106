#include <cmath>

#include "deck_parts.hpp"

namespace neucasl::ngspice_plugin {
namespace {

constexpr double boltzmann = 1.380649e-23;  // J/K, exact in the SI
constexpr double reference_resistance = 1e3;

class NoiseWriter {
 public:
  NoiseWriter(const DeckContent& content, DeckText& deck)
      : noise_(content.task.noise), temperature_(content.temperature()), deck_(deck) {}

  void write() {
    for (std::size_t i = 0; i < noise_.size(); ++i) {
      if (noise_[i].white > 0.0) white(i);
      if (noise_[i].flicker > 0.0) flicker(i);
    }
  }

 private:
  void white(std::size_t index) {
    const double density = 4.0 * boltzmann * temperature_ * reference_resistance;
    deck_ += "rnw";
    deck_.integer(index);
    deck_ += " nnw";
    deck_.integer(index);
    deck_ += " 0";
    deck_.number(reference_resistance);
    deck_ += '\n';
    transfer(index, 'w', std::sqrt(noise_[index].white / density));
  }

  /// A resistor of 1 ohm that carries 1 A has, in this model, a noise of 1 A^2 over the frequency,
  /// beside which its thermal noise is nothing. The bias is taken off its node.
  void flicker(std::size_t index) {
    if (!flicker_model_) deck_ += ".model flicker r(kf=1 af=2 ef=1)\n";
    flicker_model_ = true;
    const std::string number = std::to_string(index);
    deck_ += "inf" + number + " 0 nnb" + number + " dc 1\n";
    deck_ += "rnf" + number + " nnb" + number + " 0 flicker r=1\n";
    deck_ += "vnf" + number + " nnb" + number + " nnf" + number + " dc 1\n";
    deck_ += "rng" + number + " nnf" + number + " 0 1e12 noisy=0\n";
    transfer(index, 'f', std::sqrt(noise_[index].flicker));
  }

  void transfer(std::size_t index, char kind, double transconductance) {
    deck_ += "gn";
    deck_ += kind;
    deck_.integer(index);
    deck_.node(noise_[index].from);
    deck_.node(noise_[index].to);
    deck_ += " nn";
    deck_ += kind;
    deck_.integer(index);
    deck_ += " 0";
    deck_.number(transconductance);
    deck_ += '\n';
  }

  const std::vector<NoiseCurrent>& noise_;
  double temperature_;
  DeckText& deck_;
  bool flicker_model_ = false;
};

}  // namespace

void write_noise_currents(const DeckContent& content, DeckText& deck) {
  NoiseWriter(content, deck).write();
}

}  // namespace neucasl::ngspice_plugin
