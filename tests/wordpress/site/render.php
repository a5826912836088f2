<?php
// php render.php CORE, with a JSON list of sources on stdin: prints a JSON list of [wptexturize, wpautop] of each.
// The functions are WordPress' own; of what they call only the hooks and translations are missing, and not needed.

define( 'ABSPATH', $argv[1] . '/' );
define( 'WPINC', 'wp-includes' );

function _x( $text ) {
	return $text;
}

function apply_filters( $name, $value ) {
	return $value;
}

require ABSPATH . 'wp-includes/formatting.php';

$shortcode_tags = array_flip( array( 'audio', 'caption', 'embed', 'gallery', 'playlist', 'video', 'wp_caption' ) );
$results        = array();
foreach ( json_decode( stream_get_contents( STDIN ) ) as $source ) {
	$results[] = array( wptexturize( $source ), wpautop( $source ) );
}
echo json_encode( $results, JSON_THROW_ON_ERROR );
