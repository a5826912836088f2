<?php
// Everything that differs between two servers comes from the environment, so that they share one copy of WordPress.
define('DB_NAME', 'wordpress');
define('DB_USER', 'wordpress');
define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:' . getenv('PRESSCORPUS_SOCKET'));
define('DB_CHARSET', 'utf8mb4');
define('DB_COLLATE', '');
foreach (['AUTH_KEY', 'SECURE_AUTH_KEY', 'LOGGED_IN_KEY', 'NONCE_KEY', 'AUTH_SALT', 'SECURE_AUTH_SALT', 'LOGGED_IN_SALT', 'NONCE_SALT'] as $name) {
    define($name, 'a test server needs no secret');
}
define('WP_HOME', getenv('PRESSCORPUS_HOME'));
define('WP_SITEURL', getenv('PRESSCORPUS_HOME'));
define('WP_CONTENT_DIR', getenv('PRESSCORPUS_CONTENT'));
define('WP_CONTENT_URL', WP_HOME . '/wp-content');
define('WP_ENVIRONMENT_TYPE', 'local');
define('WP_HTTP_BLOCK_EXTERNAL', true);
define('DISABLE_WP_CRON', true);
define('AUTOMATIC_UPDATER_DISABLED', true);
define('WP_DISABLE_FATAL_ERROR_HANDLER', true);
define('WP_DEBUG', false);
ini_set('display_errors', '0');
$table_prefix = 'wp_';
if (!defined('ABSPATH')) {
    define('ABSPATH', __DIR__ . '/');
}
require_once ABSPATH . 'wp-settings.php';
