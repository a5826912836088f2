<?php
// Makes an application password of the administrator's and prints it. Usage: php password.php <core folder>
[, $core] = $argv;
$_SERVER['HTTP_HOST'] = parse_url(getenv('PRESSCORPUS_HOME'), PHP_URL_HOST);
require $core . '/wp-load.php';
$made = WP_Application_Passwords::create_new_application_password(1, ['name' => uniqid('test')]);
if (is_wp_error($made)) {
    fwrite(STDERR, 'password: ' . $made->get_error_message() . "\n");
    exit(1);
}
echo $made[0], "\n";
