neucasl_add_tests(cli)
add_dependencies(test_cli neucasl_tool neucasl_array neucasl_native neucasl_spiking neucasl_finfet
                 neucasl_memristor neucasl_photonic neucasl_scattering neucasl_semiconductor
                 neucasl_ngspice neucasl_performance neucasl_cptquant)
if(NOT NEUCASL_STATIC_PLUGINS)
  add_dependencies(test_cli test_plugin_fake)
endif()
