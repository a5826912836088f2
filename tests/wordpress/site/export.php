<?php
// Writes what Tools > Export > All content gives into a file. Usage: php export.php <core folder> <file>
[, $core, $file] = $argv;
$_SERVER['HTTP_HOST'] = parse_url(getenv('PRESSCORPUS_HOME'), PHP_URL_HOST);
require $core . '/wp-load.php';
require ABSPATH . 'wp-admin/includes/export.php';
ob_start();
@export_wp(['content' => 'all']);
file_put_contents($file, ob_get_clean());
echo filesize($file), "\n";
