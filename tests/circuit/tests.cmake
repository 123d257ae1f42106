neucasl_add_tests(circuit)
