;;; harden.el --- harden in Emacs with eglot (built in from Emacs 29)  -*- lexical-binding: t; -*-
;; Load it from init.el.
(require 'eglot)

(defvar harden-command '("harden" "lsp")
  "The command that starts the language server.")

;; A mode of their own: eglot starts one server for a mode, and other YAML files may have another server.
(eval `(define-derived-mode harden-compose-mode
         ,(cond ((require 'yaml-mode nil t) 'yaml-mode)
                ((and (fboundp 'treesit-ready-p) (treesit-ready-p 'yaml t)) 'yaml-ts-mode)
                (t 'conf-colon-mode))
         "Compose" "Compose files, with the problems and fixes of harden."))
(put 'harden-compose-mode 'eglot-language-id "yaml")
(add-to-list 'auto-mode-alist '("/\\(?:docker-\\)?compose\\(?:[._-][^/]*\\)?\\.ya?ml\\'" . harden-compose-mode))

(add-to-list 'eglot-server-programs (cons '(dockerfile-mode dockerfile-ts-mode) harden-command))
(add-to-list 'eglot-server-programs (cons '(harden-compose-mode docker-compose-mode) harden-command))

(defun harden-format-on-save ()
  "Make the safe changes of harden before a Dockerfile is saved."
  (add-hook 'before-save-hook #'harden--format nil t))

(defun harden--format ()
  "Format with eglot where it manages this buffer."
  (when (and (fboundp 'eglot-managed-p) (eglot-managed-p))
    (eglot-format-buffer)))

(dolist (hook '(dockerfile-mode-hook dockerfile-ts-mode-hook))
  (add-hook hook #'eglot-ensure)
  (add-hook hook #'harden-format-on-save))

;; compose files: problems and quick fixes; they are not formatted
(dolist (hook '(harden-compose-mode-hook docker-compose-mode-hook))
  (add-hook hook #'eglot-ensure))

(provide 'harden)
;;; harden.el ends here
