<?php
/*
Plugin Name: Languages of posts, in the fields that Polylang Pro adds to the REST API
*/

add_action('rest_api_init', function () {
    register_rest_field(['post', 'page'], 'lang', [
        'get_callback' => fn ($post) => get_post_meta($post['id'], 'kervan_language', true) ?: null,
        'schema' => ['type' => ['string', 'null'], 'description' => 'Language code.'],
    ]);
    register_rest_field('post', 'translations', [
        'get_callback' => function ($post) {
            $group = get_post_meta($post['id'], 'kervan_group', true);
            $found = $group ? get_posts(['meta_key' => 'kervan_group', 'meta_value' => $group, 'numberposts' => -1, 'orderby' => 'ID', 'order' => 'ASC']) : [];
            $languages = array_map(fn ($each) => get_post_meta($each->ID, 'kervan_language', true), $found);
            return (object) array_combine($languages, array_column($found, 'ID'));
        },
        'schema' => ['type' => 'object', 'description' => 'Post ids by language.'],
    ]);
});

// Nothing here asks the network for anything.
add_filter('pre_http_request', fn () => new WP_Error('blocked', 'This site has no network.'));
