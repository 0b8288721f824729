"""The product's texts. English stands in the code, every other language in `<language>/LC_MESSAGES/fabric.po`.

After a text in `handlers` has changed:

    pybabel extract --add-location=file --omit-header --width=120 -o locales/fabric.pot handlers
    pybabel update --ignore-pot-creation-date --no-fuzzy-matching --width=120 -D fabric -i locales/fabric.pot -d locales

and translate what is new; `tests/test_texts.py` says what is missing.
"""
