neucasl_add_tests(model)
