neucasl_add_tests(link)
