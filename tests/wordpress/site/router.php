<?php
// What a web server's rewrite rules do: files as they lie, everything else through index.php.
// One line a request: what a client cost is counted where it arrives.
file_put_contents(getenv('PRESSCORPUS_CONTENT') . '/requests.log', "{$_SERVER['REQUEST_METHOD']} {$_SERVER['REQUEST_URI']}\n", FILE_APPEND | LOCK_EX);
// A client that takes this server for its proxy names the whole address (RFC 9112 section 3.2.2).
$_SERVER['REQUEST_URI'] = preg_replace('#^http://[^/]*#', '', $_SERVER['REQUEST_URI']);
$prefix = rtrim((string) parse_url(getenv('PRESSCORPUS_HOME'), PHP_URL_PATH), '/');
$path = rawurldecode((string) parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH));
if ($prefix !== '' && $path !== $prefix && !str_starts_with($path, $prefix . '/')) {
    http_response_code(404);
    exit('Nothing here.');
}
$inner = '/' . ltrim(substr($path, strlen($prefix)), '/');
if (str_starts_with($inner, '/wp-content/') && !str_contains($inner, '..')) {
    $file = getenv('PRESSCORPUS_CONTENT') . substr($inner, strlen('/wp-content'));
    if (is_file($file)) {
        header('Content-Type: ' . (mime_content_type($file) ?: 'application/octet-stream'));
        readfile($file);
        return true;
    }
}
$root = $_SERVER['DOCUMENT_ROOT'];
if (preg_match('#^/[a-z-]+\.php$#', $inner) && is_file($root . $inner) && $inner !== '/index.php') {
    $script = $inner;
} else {
    $script = '/index.php';
}
$_SERVER['SCRIPT_NAME'] = $prefix . $script;
$_SERVER['SCRIPT_FILENAME'] = $root . $script;
$_SERVER['PHP_SELF'] = $prefix . $script;
if (str_starts_with($inner, '/index.php/')) {
    $_SERVER['PATH_INFO'] = substr($inner, strlen('/index.php'));
    $_SERVER['PHP_SELF'] .= $_SERVER['PATH_INFO'];
}
chdir($root);
require $root . $script;
